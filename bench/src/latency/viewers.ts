import type { TestNetwork } from '@livetally/local/test-network'
import type { Answer } from './cast-load.js'

const WATCH = `subscription Watch($id: ID!) {
  electionResults(electionId: $id) { revision ballotsCast contests { totals { option { id } votes share { percent } } } boxes { box nextSeq } }
}`

interface Message { electionResults: { revision: number, ballotsCast: number, boxes: { box: number, nextSeq: number }[] } }

/** One message as a viewer got it; `at` is in ms on this process' monotonic clock. */
export interface Seen { at: number, ballotsCast: number, boxes: ReadonlyMap<number, number> }

export interface Viewer { readonly seen: readonly Seen[], close(): Promise<void> }

export function watch(network: TestNetwork, id: string): Viewer {
  const seen: Seen[] = []
  const stream = network.subscribe<Message>(WATCH, { id })
  const ended = (async () => {
    for await (const { electionResults } of stream) {
      seen.push({ at: performance.now(), ballotsCast: electionResults.ballotsCast, boxes: new Map(electionResults.boxes.map(({ box, nextSeq }) => [box, nextSeq])) })
    }
  })().catch(() => undefined)
  return {
    seen,
    async close() {
      await stream.close()
      await ended
    },
  }
}

export type Places = ReadonlyMap<string, { box: number, seq: number }>

/** Where each ballot lies, by its tracker. */
export async function readPlaces({ pool }: TestNetwork): Promise<Places> {
  const { rows } = await pool.query<{ tracker: string, box: number, seq: string }>('SELECT tracker, box, seq FROM box_entry WHERE tracker IS NOT NULL')
  return new Map(rows.map((row) => [row.tracker, { box: row.box, seq: Number(row.seq) }]))
}

/** For each ballot, how long after its answer the first message came that contains it; 0 if the message was there before the answer. */
export function delaysOf(places: Places, answers: readonly Answer[], seen: readonly Seen[]): number[] {
  return answers.map(({ tracker, answeredAt }) => {
    const place = places.get(tracker)
    const message = place && firstHolding(seen, place)
    if (message === undefined) throw new Error(`Ballot ${tracker} was acknowledged and never published.`)
    return Math.max(0, message.at - answeredAt)
  })
}

function firstHolding(seen: readonly Seen[], { box, seq }: { box: number, seq: number }): Seen | undefined {
  let low = 0
  let high = seen.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((seen[middle]?.boxes.get(box) ?? 0) > seq) high = middle
    else low = middle + 1
  }
  return seen[low]
}
