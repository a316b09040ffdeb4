import { parseId, type AttributeValues, type Election, type Selections } from '../election/index.js'

export interface RawSelection { contestId: string, optionIds: readonly string[] }
export interface RawAttribute { attributeId: string, valueId: string }

export type Read<Value> = { ok: true, value: Value } | { ok: false, problems: string[] }

/**
 * Turns public IDs into ids of the definition. An ID that does not belong where it stands is passed on as it is:
 * `decideBallot` then says that the election does not know it. On the hot path, so it cuts prefixes instead of parsing.
 */
export function readSelections({ key }: Election, raw: readonly RawSelection[]): Read<Selections> {
  const contestPrefix = `e${key}/c/`
  const selections = emptyRecord<readonly string[]>()
  const problems: string[] = []
  for (const { contestId, optionIds } of raw) {
    const contest = cut(contestId, contestPrefix)
    const optionPrefix = `e${key}/o/${contest}/`
    if (Object.hasOwn(selections, contest)) problems.push(`The contest "${contest}" is named twice.`)
    selections[contest] = optionIds.map((id) => cut(id, optionPrefix))
  }
  return problems.length === 0 ? { ok: true, value: selections } : { ok: false, problems }
}

export function readAttributes({ key }: Election, raw: readonly RawAttribute[] | null | undefined): Read<AttributeValues> {
  const prefix = `e${key}/a/`
  const attributes = emptyRecord<string>()
  const problems: string[] = []
  for (const { attributeId, valueId } of raw ?? []) {
    const attribute = cut(attributeId, prefix)
    if (Object.hasOwn(attributes, attribute)) problems.push(`The attribute "${attribute}" is named twice.`)
    attributes[attribute] = valueId
  }
  return problems.length === 0 ? { ok: true, value: attributes } : { ok: false, problems }
}

/** The unit's id in the definition, or the text itself if it is no unit of this election. */
export function readUnit({ key }: Election, id: string): string {
  return cut(id, `e${key}/u/`)
}

/** The election that an ID names; undefined if it names none. */
export function electionKeyOf(id: string): number | undefined {
  const parsed = parseId(id)
  return parsed?.kind === 'election' ? parsed.key : undefined
}

/** An ID without the prefix that makes it public; unchanged if it has another one. */
export function cut(id: string, prefix: string): string {
  return id.startsWith(prefix) ? id.slice(prefix.length) : id
}

/** Without a prototype, so that no ID a client sends means anything but itself. */
function emptyRecord<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>
}
