import type { PaperBallot, PaperContest } from './paper-count.js'

/**
 * What may be shown of secret ballots, gathered by hand: the ballots of a place lie on two heaps, the one that is held and
 * the one that fills, and a heap is shown when the next one is complete. It shares no code with the system that is checked;
 * rules: docs/decisions/how-choices-are-released.md.
 */
export interface PaperRelease {
  /** Takes the next ballot of its box. */
  take(ballot: PaperBallot): void
  /** The box is sealed with this entry: everything of it is shown. */
  seal(box: number, seq: number): void
  /** Where something is shown, `box/place` → the `seq` below which it is. */
  readonly frontier: ReadonlyMap<string, number>
  /** Ballots that are not shown yet. */
  readonly pending: number
}

interface Heaps { held: PaperBallot[], filling: PaperBallot[] }

/** However alike its ballots are, a heap of so many times the least size is complete. */
const COMPLETE_ANYWAY = 3

export function createPaperRelease({ contests, releaseSize, show }: { contests: readonly PaperContest[], releaseSize: number, show: (ballot: PaperBallot) => void }): PaperRelease {
  const heaps = new Map<string, Heaps>()
  const frontier = new Map<string, number>()
  let pending = 0

  const heapsOf = (name: string): Heaps => {
    const known = heaps.get(name) ?? { held: [], filling: [] }
    heaps.set(name, known)
    return known
  }
  const showAll = (ballots: readonly PaperBallot[]): void => {
    ballots.forEach(show)
    pending -= ballots.length
  }
  const isComplete = (ballots: readonly PaperBallot[]): boolean =>
    ballots.length >= COMPLETE_ANYWAY * releaseSize || (ballots.length >= releaseSize && contests.every((contest) => isMixed(contest, ballots)))

  return {
    take(ballot) {
      const name = `${ballot.box}/${ballot.unit}`
      const mine = heapsOf(name)
      mine.filling.push(ballot)
      pending += 1
      // Looked at with whole multiples of the size alone: a heap that ended with the ballot that mixed it would name that ballot.
      if (mine.filling.length % releaseSize !== 0 || !isComplete(mine.filling)) return
      const last = mine.held.at(-1)
      if (last !== undefined) frontier.set(name, last.seq + 1)
      showAll(mine.held)
      mine.held = mine.filling
      mine.filling = []
    },
    seal(box, seq) {
      for (const [name, mine] of heaps) {
        if (!name.startsWith(`${box}/`)) continue
        frontier.set(name, seq + 1)
        showAll([...mine.held, ...mine.filling])
        heaps.set(name, { held: [], filling: [] })
      }
    },
    frontier,
    get pending() { return pending },
  }
}

/** True where a contest is not on these ballots, where it offers no choice, or where two of them are marked differently. */
function isMixed({ units, options, votesAllowed, id }: PaperContest, ballots: readonly PaperBallot[]): boolean {
  const [first] = ballots
  if (first === undefined || !units.has(first.unit) || options.length <= votesAllowed) return true
  const marks = new Set(ballots.map(({ selections }) => {
    const marked = new Set(selections[id] ?? [])
    return marked.size > votesAllowed ? 'overvote' : [...marked].toSorted().join()
  }))
  return marks.size > 1
}
