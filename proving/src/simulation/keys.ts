import { electionKeys, type ElectionKeys } from '@livetally/core/voting'

export const MASTER_KEY = Buffer.alloc(32, 'tea')

const known = new Map<string, ElectionKeys>()

/** The secrets of an election by its slug. Those of all schedules have the same few slugs, and so the same secrets. */
export function keysOf(slug: string): ElectionKeys {
  const keys = known.get(slug) ?? electionKeys(MASTER_KEY, slug)
  known.set(slug, keys)
  return keys
}
