/** Thrown where a reader asks for a revision that the model has let go: read again at the newest. */
export class RevisionGoneError extends Error {
  constructor(revision: number) {
    super(`Revision ${revision} is no longer held in memory. Ask again for the newest results.`)
    this.name = 'RevisionGoneError'
  }
}

/** A count vector as it was written by one revision, with the one it replaced. */
interface Version { readonly revision: number, readonly counts: number[], previous: Version | undefined }

/** Count vectors by id, each with the versions that a reader may still ask for. */
export interface Cells {
  /** What follows is written by this revision; what only readers before `readableFrom` need is let go. */
  begin(revision: number, readableFrom: number): void
  write(id: string, counts: readonly number[]): void
  /** Adds differences; `map` gives the cell's place of each where its layout is another. */
  add(id: string, width: number, differences: readonly number[], map?: Int32Array): void
  newest(id: string): readonly number[] | undefined
  /** As it stood at a revision. Throws `RevisionGoneError` where that is no longer known. */
  readAt(id: string, revision: number): readonly number[] | undefined
  /** Everything that is not zero now. */
  counted(): Iterable<[id: string, counts: readonly number[]]>
}

export function createCells(): Cells {
  const cells = new Map<string, Version>()
  let revision = 0
  let oldest = 0

  /** The vector this revision writes to: its own copy, made once. */
  const own = (id: string, make: (known: readonly number[]) => number[]): number[] => {
    const newest = cells.get(id)
    if (newest?.revision === revision) return newest.counts
    if (newest !== undefined) letGo(newest, oldest)
    const counts = make(newest?.counts ?? [])
    cells.set(id, { revision, counts, previous: newest === undefined || oldest < revision ? newest : GONE })
    return counts
  }
  return {
    begin(next, readableFrom) {
      revision = next
      oldest = Math.min(readableFrom, next)
    },
    write(id, counts) {
      const target = own(id, () => [])
      target.length = 0
      for (const count of counts) target.push(count)
    },
    add(id, width, differences, map) {
      const target = own(id, (known) => known.length === 0 ? Array.from({ length: width }, () => 0) : [...known])
      for (let at = 0; at < differences.length; at += 1) {
        const difference = differences[at] ?? 0
        if (difference === 0) continue
        const place = map === undefined ? at : map[at] ?? 0
        target[place] = (target[place] ?? 0) + difference
      }
    },
    newest: (id) => cells.get(id)?.counts,
    readAt(id, asked) {
      let version = cells.get(id)
      while (version !== undefined && version.revision > asked) version = version.previous
      if (version === GONE) throw new RevisionGoneError(asked)
      return version?.counts
    },
    *counted() {
      for (const [id, { counts }] of cells) if (counts.some((count) => count !== 0)) yield [id, counts]
    },
  }
}

/** Marks the end of what is kept: a reader who gets here asked for a revision that is gone. */
const GONE: Version = { revision: -1, counts: [], previous: undefined }

/** Cuts off every version that no reader at or after `horizon` can need. */
function letGo(newest: Version, horizon: number): void {
  let version = newest
  while (version.revision > horizon && version.previous !== undefined) version = version.previous
  if (version.revision <= horizon && version.previous !== undefined) version.previous = GONE
}
