import type { Attempt, FaultDone, HistoryLine, Sample } from '../history/history.js'

/** ms from when recovery is counted until it went on again; undefined where it never did, or nothing was there to go on with. */
export interface Recovery {
  fault: FaultDone
  /** Until every API that was hit accepted a vote again. */
  accepting: number | undefined
  /** Until, of every box that got votes, an entry accepted after the fault was in topic `ballots`. */
  relaying: number | undefined
  /** … in a stored tally. */
  counting: number | undefined
  /** … in a published revision. */
  publishing: number | undefined
  /** Another fault began, or had not ended, before all of that went on: its times say little of this fault alone. */
  isDisturbed: boolean
}

/** An entry accepted after the fault: nobody who died of it can have seen it, so whoever passes it on is back. */
export async function recoveriesOf(history: AsyncIterable<HistoryLine>): Promise<Recovery[]> {
  const faults: FaultDone[] = []
  const samples: Sample[] = []
  const accepted: { api: number, sentAt: number, answeredAt: number }[] = []
  for await (const line of history) {
    if (line.type === 'fault') faults.push(line)
    else if (line.type === 'sample') samples.push(line)
    else if (line.type === 'attempt' && hasAccepted(line)) accepted.push({ api: line.api, sentAt: line.sentAt, answeredAt: line.answeredAt })
  }
  accepted.sort((one, other) => one.answeredAt - other.answeredAt)
  return faults.map((fault) => {
    const after = samples.filter(({ at }) => at >= fault.recoversFrom)
    const votes = accepted.filter(({ sentAt }) => sentAt >= fault.recoversFrom)
    const times = {
      accepting: latest(fault.apis.map((api) => since(fault, votes.find((vote) => vote.api === api)?.answeredAt))),
      relaying: passing(fault, after, 'relayed'),
      counting: passing(fault, after, 'tabulated'),
      publishing: passing(fault, after, 'published'),
    }
    const until = fault.recoversFrom + Math.max(0, ...Object.values(times).map((ms) => ms ?? 0))
    return { fault, ...times, isDisturbed: faults.some((other) => other !== fault && other.at <= until && other.endedAt + SETTLED_MS >= fault.at) }
  })
}

/** So long after a fault's end its traces may still be seen, such as a process that is starting. */
const SETTLED_MS = 1_500

function hasAccepted({ outcome }: Attempt): boolean {
  return 'answers' in outcome && outcome.answers.some(({ verdict }) => verdict === 'accepted')
}

function since({ recoversFrom }: FaultDone, moment: number | undefined): number | undefined {
  return moment === undefined ? undefined : moment - recoversFrom
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  return times.length === 0 || times.includes(undefined) ? undefined : Math.max(...times.map((ms) => ms ?? 0))
}

function passing(fault: FaultDone, after: readonly Sample[], place: 'relayed' | 'tabulated' | 'published'): number | undefined {
  const [first] = after
  const final = after.at(-1)
  if (first === undefined || final === undefined) return undefined
  const heads = new Map(first.boxes.map(({ box, accepted }) => [box, accepted]))
  // A box that gets no votes any more cannot move on.
  const moving = new Set(final.boxes.filter(({ box, accepted }) => accepted > (heads.get(box) ?? 0)).map(({ box }) => box))
  const passed = after.find(({ boxes }) => boxes.every((one) => !moving.has(one.box) || one[place] > (heads.get(one.box) ?? 0)))
  return moving.size === 0 ? undefined : since(fault, passed?.at)
}
