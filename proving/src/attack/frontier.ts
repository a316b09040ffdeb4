import type { Structure } from '@livetally/core/election'
import type { Ledger } from './ballots.js'
import type { ObservedRevision } from './observer/observation.js'
import type { Releases } from './releases.js'

export interface FrontierReport { readonly rows: number, readonly problems: readonly string[] }

const MOST_PROBLEMS = 10

/** Whether what revisions say of how far choices are released is what the rules say. */
export function judgeFrontier({ secrecy }: Structure, { ballots, marks }: Ledger, { chunks, by }: Releases, revisions: readonly ObservedRevision[]): FrontierReport {
  const steps = new Map<string, { by: number, seq: number }[]>()
  const step = (key: string, one: { by: number, seq: number }): void => {
    const known = steps.get(key)
    if (known === undefined) steps.set(key, [one])
    else known.push(one)
  }
  for (const { ballots: chunk, isFull } of chunks) {
    const own = new Set<string>()
    for (const at of chunk) {
      const ballot = ballots[at]
      if (ballot === undefined) continue
      own.add(`${ballot.box}/${secrecy?.cellOf(ballot.unit)?.id ?? ''}/${secrecy?.byChannel === true ? ballot.channel : ''}`)
    }
    const last = ballots[chunk.at(-1) ?? -1]
    const released = by[chunk[0] ?? -1] ?? 0
    for (const key of own) step(key, { by: released, seq: isFull ? (last?.seq ?? 0) + 1 : released + 1 })
  }
  const seals = new Map(marks.flatMap(({ box, seq, kind }) => kind === 'SEAL' ? [[box, seq + 1] as const] : []))
  const problems: string[] = []
  let rows = 0
  for (const { revision, vector, frontier } of revisions) {
    for (const [key, [seq]] of frontier) {
      rows += 1
      const box = Number(key.split('/')[0])
      const counted = vector.get(box) ?? 0
      const expected = (steps.get(key) ?? []).reduce((furthest, one) => one.by < counted && one.seq > furthest ? one.seq : furthest, 0)
      if (seq !== expected && !(expected === 0 && seq === seals.get(box)) && problems.length < MOST_PROBLEMS) problems.push(`revision ${revision}: the frontier of ${key} is ${seq}, and should be ${expected}`)
    }
  }
  return { rows, problems }
}
