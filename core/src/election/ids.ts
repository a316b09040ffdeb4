/**
 * The IDs of the public API: stable, readable, unique in an installation, and built from the ids of the definition.
 * `e12` · `e12/c/president` · `e12/o/president/harris` · `e12/u/01-01` · `e12/p/dem` · `e12/a/gender`
 */
export const electionId = (key: number): string => `e${key}`
export const contestId = (key: number, contest: string): string => `e${key}/c/${contest}`
export const optionId = (key: number, contest: string, option: string): string => `e${key}/o/${contest}/${option}`
export const unitId = (key: number, unit: string): string => `e${key}/u/${unit}`
export const partyId = (key: number, party: string): string => `e${key}/p/${party}`
export const attributeId = (key: number, attribute: string): string => `e${key}/a/${attribute}`

export type ParsedId =
  | { kind: 'election', key: number }
  | { kind: 'contest', key: number, contest: string }
  | { kind: 'option', key: number, contest: string, option: string }
  | { kind: 'unit', key: number, unit: string }
  | { kind: 'party', key: number, party: string }
  | { kind: 'attribute', key: number, attribute: string }

/** Reads a public ID; undefined if it is none. */
export function parseId(id: string): ParsedId | undefined {
  const [head = '', kind, first, second, ...rest] = id.split('/')
  const key = /^e[1-9][0-9]{0,9}$/.test(head) ? Number(head.slice(1)) : undefined
  if (key === undefined || key > 2_147_483_647 || rest.length > 0) return undefined
  if (kind === undefined) return { kind: 'election', key }
  if (first === undefined || first === '') return undefined
  if (kind === 'o') return second === undefined || second === '' ? undefined : { kind: 'option', key, contest: first, option: second }
  if (second !== undefined) return undefined
  switch (kind) {
    case 'c': return { kind: 'contest', key, contest: first }
    case 'u': return { kind: 'unit', key, unit: first }
    case 'p': return { kind: 'party', key, party: first }
    case 'a': return { kind: 'attribute', key, attribute: first }
    default: return undefined
  }
}
