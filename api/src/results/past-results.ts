import { createResults, type Election } from '@livetally/core/election'
import type { Revision, RevisionStore } from '@livetally/core/store'
import { factsOf, type ShownRevision } from '../live/shown-revision.js'
import { notFound } from '../server/errors.js'

/** A revision by its number, or the newest that had been published at a time. */
export type PastRevision = { revision: number } | { time: Date }

export interface PastResults {
  /** Throws NOT_FOUND, naming the nearest revision that is kept. */
  find(election: Election, wanted: PastRevision): Promise<ShownRevision>
}

const MOST_KEPT = 8

/** Results as they were published, read from Postgres into a model of their own. The last few that were asked for are kept. */
export function createPastResults({ revisions }: { revisions: Pick<RevisionStore, 'find' | 'latest' | 'readFromFull' | 'read'> }): PastResults {
  const kept = new Map<string, ShownRevision>()

  const load = async (election: Election, revision: number): Promise<ShownRevision | undefined> => {
    const found = await revisions.readFromFull(election.key, revision)
    const newest = found.at(-1)
    if (newest?.revision !== revision) return undefined
    const results = createResults(election.structure)
    for (const one of found) results.apply(one.revision, one.rows, one.isFull)
    return { election, at: results.at(), facts: factsOf(newest), isPast: true }
  }
  const nearest = async (election: number, { revision }: { revision: number }): Promise<number | undefined> => {
    const latest = await revisions.latest(election)
    if (revision >= latest) return latest === 0 ? undefined : latest
    const before = (await revisions.readFromFull(election, revision)).at(-1)
    const after = (await revisions.read(election, revision, 1))[0]
    return nearestOf(revision, [before, after])
  }

  return {
    async find(election, wanted) {
      const revision = await revisions.find(election.key, wanted)
      const key = `${election.key}/${election.definitionId}/${revision}`
      const known = kept.get(key)
      const shown = known ?? (revision === undefined ? undefined : await load(election, revision))
      if (shown !== undefined) {
        kept.delete(key)
        kept.set(key, shown)
        const [oldest] = kept.keys()
        if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
        return shown
      }
      if ('time' in wanted) throw notFound('No results that are kept had been published at that time.')
      const closest = await nearest(election.key, wanted)
      throw notFound(closest === undefined ? 'No results have been published yet.' : `Revision ${wanted.revision} is not kept. The nearest one that is: ${closest}.`)
    },
  }
}

function nearestOf(wanted: number, candidates: readonly (Revision | undefined)[]): number | undefined {
  return candidates
    .flatMap((candidate) => candidate === undefined ? [] : [candidate.revision])
    .sort((one, other) => Math.abs(one - wanted) - Math.abs(other - wanted))[0]
}
