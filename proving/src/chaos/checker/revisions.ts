import type { Frame } from '../history/history.js'
import type { Findings } from './findings.js'
import { createPaperCount, type PaperBallot, type PaperElection } from './paper-count.js'
import { createPaperRelease } from './paper-release.js'

/**
 * Every revision that anybody saw must be the count of exactly those ballots that it names: its turnout of all of them, its
 * choices of those whose group is complete. Holds one frame per revision (at most 20 a second), and of the ledger only where
 * it stands and what is not shown yet.
 */
export interface RevisionCheck {
  take(frame: Frame): void
  /** `ballotsOf`: the ballots of a box, by `seq`; each is read once. `heads`: where each box ends; `seals`: the entry that sealed it. */
  finish(ballotsOf: ReadonlyMap<number, AsyncIterable<PaperBallot>>, ledger: { heads: ReadonlyMap<number, number>, seals: ReadonlyMap<number, number> }): Promise<void>
  readonly revisions: number
}

export function createRevisionCheck(findings: Findings, { contests, releaseSize }: PaperElection): RevisionCheck {
  const seen = new Map<number, { frame: Frame, text: string }>()
  return {
    take(frame) {
      const text = JSON.stringify([frame.ballotsCast, frame.choicesPending, frame.counts, frame.boxes, frame.frontier])
      const known = seen.get(frame.revision)
      if (known === undefined) seen.set(frame.revision, { frame, text })
      else if (known.text !== text) findings.add('miscounted', `revision ${frame.revision} reads one way at viewer ${known.frame.viewer}, another way at viewer ${frame.viewer}`)
    },
    async finish(ballotsOf, { heads, seals }) {
      const choices = createPaperCount(contests)
      const release = createPaperRelease({ contests, releaseSize, show: choices.add })
      const boxes = new Map([...ballotsOf].map(([box, ballots]) => [box, createBoxReader(ballots)]))
      let ballots = 0
      for (const { frame } of [...seen.values()].toSorted((one, other) => one.frame.revision - other.frame.revision)) {
        for (const { box, nextSeq } of frame.boxes) {
          await boxes.get(box)?.readTo(nextSeq, (ballot) => {
            ballots += 1
            release.take(ballot)
          })
          const [head, seal] = [heads.get(box) ?? 0, seals.get(box)]
          if (head < nextSeq) findings.add('invented', `revision ${frame.revision} names ${nextSeq} entries of box ${box}, which has ${head}`)
          if (seal !== undefined && seal < nextSeq) release.seal(box, seal)
        }
        for (const early of shownEarly(frame, release.frontier)) findings.add('revealed', `revision ${frame.revision}: ${early}`)
        const wrong = differenceOf(frame, { ballots, pending: release.pending, counts: choices.counts, frontier: release.frontier })
        if (wrong !== undefined) findings.add('miscounted', `revision ${frame.revision}: ${wrong}`)
      }
    },
    get revisions() { return seen.size },
  }
}

/** Places of which more is shown than may be. */
function shownEarly({ frontier }: Frame, allowed: ReadonlyMap<string, number>): string[] {
  return frontier.flatMap(({ box, place, seq }) => {
    const most = allowed.get(`${box}/${place}`) ?? 0
    return seq > most ? [`choices of ${place} in box ${box} are shown up to entry ${seq}; only those up to ${most} may be`] : []
  })
}

/** Reads on where it stood before. */
function createBoxReader(ballots: AsyncIterable<PaperBallot>) {
  const iterator = ballots[Symbol.asyncIterator]()
  let held: PaperBallot | undefined
  return {
    async readTo(nextSeq: number, take: (ballot: PaperBallot) => void): Promise<void> {
      for (;;) {
        held ??= await nextOf(iterator)
        if (held === undefined || held.seq >= nextSeq) return
        take(held)
        held = undefined
      }
    },
  }
}

async function nextOf(iterator: AsyncIterator<PaperBallot>): Promise<PaperBallot | undefined> {
  const step = await iterator.next()
  return step.done === true ? undefined : step.value
}

interface ByHand { ballots: number, pending: number, counts: readonly number[], frontier: ReadonlyMap<string, number> }

function differenceOf(frame: Frame, { ballots, pending, counts, frontier }: ByHand): string | undefined {
  if (frame.ballotsCast !== ballots) return `${frame.ballotsCast} ballots published, ${ballots} by hand`
  const shown = new Map(frame.frontier.map(({ box, place, seq }) => [`${box}/${place}`, seq]))
  for (const [name, seq] of frontier) if ((shown.get(name) ?? 0) < seq) return `choices of ${name} are shown up to entry ${shown.get(name) ?? 0}, by hand up to ${seq}`
  if (frame.choicesPending !== pending) return `choices of ${frame.choicesPending} ballots are said to be held back, by hand of ${pending}`
  const at = counts.findIndex((value, index) => value !== frame.counts[index])
  return at === -1 ? undefined : `count ${at} is ${frame.counts[at]}, by hand ${counts[at]}`
}
