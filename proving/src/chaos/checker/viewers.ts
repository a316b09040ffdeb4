import type { Frame } from '../history/history.js'
import type { Findings } from './findings.js'

/** What each viewer saw in turn, over lost connections and from one API process to the other. */
export interface ViewerCheck {
  take(frame: Frame): void
  /** `heads`: where each box ends in the ledger. Every viewer must have seen everything at last. */
  finish(heads: ReadonlyMap<number, number>): void
  readonly frames: number
}

export function createViewerCheck(findings: Findings, viewers: number): ViewerCheck {
  const last = new Map<number, Frame>()
  let frames = 0
  return {
    take(frame) {
      frames += 1
      const before = last.get(frame.viewer)
      last.set(frame.viewer, frame)
      const backwards = before && whatWentBack(before, frame)
      if (backwards !== undefined) findings.add('non-monotonic', `viewer ${frame.viewer} at API ${frame.api}: ${backwards}`)
    },
    finish(heads) {
      for (let viewer = 0; viewer < viewers; viewer += 1) {
        const seen = new Map(last.get(viewer)?.boxes.map(({ box, nextSeq }) => [box, nextSeq]))
        for (const [box, head] of heads) {
          const missing = head - (seen.get(box) ?? 0)
          if (missing > 0) findings.add('never published', `viewer ${viewer} never saw the last ${missing} entries of box ${box}`)
        }
      }
    },
    get frames() { return frames },
  }
}

function whatWentBack(before: Frame, after: Frame): string | undefined {
  if (after.revision <= before.revision) return `revision ${after.revision} after ${before.revision}`
  if (after.ballotsCast < before.ballotsCast) return `${after.ballotsCast} ballots after ${before.ballotsCast}`
  const count = after.counts.findIndex((value, at) => value < (before.counts[at] ?? 0))
  if (count !== -1) return `count ${count} fell from ${before.counts[count]} to ${after.counts[count]}`
  for (const { box, generation, nextSeq } of before.boxes) {
    const now = after.boxes.find((one) => one.box === box)
    if (now === undefined) return `box ${box} vanished`
    if (now.generation < generation) return `box ${box}: generation ${now.generation} after ${generation}`
    if (now.generation === generation && now.nextSeq < nextSeq) return `box ${box}: entry ${now.nextSeq} after ${nextSeq}`
  }
  const frontiers = new Map(before.frontier.map(({ box, place, seq }) => [`${box}/${place}`, seq]))
  for (const { box, place, seq } of after.frontier) {
    const shown = frontiers.get(`${box}/${place}`) ?? 0
    if (seq < shown) return `choices of ${place} in box ${box}: up to entry ${seq} after ${shown}`
    frontiers.delete(`${box}/${place}`)
  }
  const [vanished] = frontiers.keys()
  return vanished === undefined ? undefined : `the choices of ${vanished} vanished`
}
