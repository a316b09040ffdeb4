import type { ResultsPublished, ResultsPublishedPart } from './results-published.js'

export interface ResultsAssembler {
  /** Takes a part; gives the revision when it is complete. Parts may come late, repeated and in any order. */
  add(part: ResultsPublishedPart): ResultsPublished | undefined
  /** Revisions of which something is still missing. */
  readonly pending: number
}

interface Pending { readonly parts: Map<number, ResultsPublishedPart>, readonly wanted: number, readonly publishedAt: number }

/**
 * Puts revisions together from their parts. It holds at most `mostPending` incomplete ones and lets go of the one begun first:
 * whoever misses a revision reads it from the database.
 */
export function createResultsAssembler(mostPending = 16): ResultsAssembler {
  const pending = new Map<string, Pending>()
  return {
    get pending() { return pending.size },
    add(part) {
      if (part.parts === 1) return assemble([part])
      const id = `${part.election}/${part.revision}`
      const known = pending.get(id)
      const isSame = known !== undefined && known.wanted === part.parts && known.publishedAt === part.publishedAt
      const entry = isSame ? known : { parts: new Map<number, ResultsPublishedPart>(), wanted: part.parts, publishedAt: part.publishedAt }
      entry.parts.set(part.part, part)
      if (entry.parts.size === entry.wanted) {
        pending.delete(id)
        return assemble([...entry.parts.values()].toSorted((one, other) => one.part - other.part))
      }
      pending.set(id, entry)
      for (const oldest of pending.keys()) {
        if (pending.size <= mostPending) break
        pending.delete(oldest)
      }
      return undefined
    },
  }
}

function assemble(parts: readonly ResultsPublishedPart[]): ResultsPublished | undefined {
  const [first] = parts
  if (first === undefined) return undefined
  const { part: _part, parts: _parts, ...revision } = first
  return { ...revision, rows: parts.length === 1 ? first.rows : parts.flatMap(({ rows }) => rows) }
}
