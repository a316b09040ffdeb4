import type { Frame } from '../history/history.js'
import type { Findings } from './findings.js'
import { createPaperCount, type PaperBallot, type PaperContest } from './paper-count.js'

/**
 * Every revision that anybody saw must be the count of exactly those ballots that it names. Holds one frame per revision
 * (at most 20 a second), and of the ledger only where it stands.
 */
export interface RevisionCheck {
  take(frame: Frame): void
  /** `ballotsOf`: the ballots of a box, by `seq`; each is read once. `heads`: where each box ends. */
  finish(ballotsOf: ReadonlyMap<number, AsyncIterable<PaperBallot>>, heads: ReadonlyMap<number, number>): Promise<void>
  readonly revisions: number
}

export function createRevisionCheck(findings: Findings, contests: readonly PaperContest[]): RevisionCheck {
  const seen = new Map<number, { frame: Frame, text: string }>()
  return {
    take(frame) {
      const text = JSON.stringify([frame.ballotsCast, frame.counts, frame.boxes])
      const known = seen.get(frame.revision)
      if (known === undefined) seen.set(frame.revision, { frame, text })
      else if (known.text !== text) findings.add('miscounted', `revision ${frame.revision} reads one way at viewer ${known.frame.viewer}, another way at viewer ${frame.viewer}`)
    },
    async finish(ballotsOf, heads) {
      const count = createPaperCount(contests)
      const boxes = new Map([...ballotsOf].map(([box, ballots]) => [box, createBoxReader(ballots)]))
      for (const { frame } of [...seen.values()].toSorted((one, other) => one.frame.revision - other.frame.revision)) {
        for (const { box, nextSeq } of frame.boxes) {
          await boxes.get(box)?.readTo(nextSeq, count.add)
          const head = heads.get(box) ?? 0
          if (head < nextSeq) findings.add('invented', `revision ${frame.revision} names ${nextSeq} entries of box ${box}, which has ${head}`)
        }
        const wrong = differenceOf(frame, count.ballots, count.counts)
        if (wrong !== undefined) findings.add('miscounted', `revision ${frame.revision}: ${wrong}`)
      }
    },
    get revisions() { return seen.size },
  }
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

function differenceOf(frame: Frame, ballots: number, counts: readonly number[]): string | undefined {
  if (frame.ballotsCast !== ballots) return `${frame.ballotsCast} ballots published, ${ballots} by hand`
  const at = counts.findIndex((value, index) => value !== frame.counts[index])
  return at === -1 ? undefined : `count ${at} is ${frame.counts[at]}, by hand ${counts[at]}`
}
