import type { Election } from '@livetally/core/election'
import type { ElectionStore } from '@livetally/core/store'

export interface Elections {
  /** The election with its structure, from memory where it is known. Undefined if there is none. */
  get(key: number): Promise<Election | undefined>
  /** Reads it again: its definition may have been edited. */
  reload(key: number): Promise<Election | undefined>
}

const KEPT = 500

/** Compiled elections, read from Postgres once and kept; the least recently used go first. A draft is never kept: all of it may still be edited. */
export function createElections(store: Pick<ElectionStore, 'load'>): Elections {
  const known = new Map<number, Election>()
  const keep = (election: Election): void => {
    known.delete(election.key)
    known.set(election.key, election)
    for (const key of known.keys()) {
      if (known.size <= KEPT) break
      known.delete(key)
    }
  }
  const reload = async (key: number): Promise<Election | undefined> => {
    const election = await store.load(key)
    if (election === undefined || election.phase === 'DRAFT') known.delete(key)
    else keep(election)
    return election
  }
  return {
    async get(key) {
      const election = known.get(key)
      if (election === undefined) return reload(key)
      keep(election)
      return election
    },
    reload,
  }
}
