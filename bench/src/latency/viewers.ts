import type { TestNetwork } from '@livetally/local/test-network'
import type { Answer } from './cast-load.js'
import { firstOf, openViewer, type Moment, type Viewer } from './viewer.js'

const WATCH = `subscription Watch($id: ID!) {
  electionResults(electionId: $id) { revision ballotsCast contests { totals { option { id } votes share { percent } } } boxes { box nextSeq } }
}`

interface Results { revision: number, ballotsCast: number, boxes: { box: number, nextSeq: number }[] }

/** Turnout as a viewer saw it: so many entries of each box. */
export interface Seen extends Moment { ballotsCast: number, boxes: ReadonlyMap<number, number> }

export function watch(url: string, electionId: string, { keepsAll, address }: { keepsAll: boolean, address?: string }): Promise<Viewer<Seen>> {
  return openViewer({
    url, electionId, query: WATCH, keepsAll, address,
    read: (at, { ballotsCast, boxes }: Results): Seen => ({ at, ballotsCast, boxes: new Map(boxes.map(({ box, nextSeq }) => [box, nextSeq])) }),
  })
}

export interface Place { box: number, seq: number, unit: string }
export type Places = ReadonlyMap<string, Place>

/** Where each ballot lies, by its tracker. */
export async function readPlaces({ pool }: TestNetwork): Promise<Places> {
  const { rows } = await pool.query<{ tracker: string, box: number, seq: string, unit: string }>('SELECT tracker, box, seq, unit FROM box_entry WHERE tracker IS NOT NULL')
  return new Map(rows.map(({ tracker, box, seq, unit }) => [tracker, { box, seq: Number(seq), unit }]))
}

/** For each ballot, how long after its answer the first message came that contains it; 0 if the message was there before the answer. */
export function delaysOf(places: Places, answers: readonly Answer[], seen: readonly Seen[]): number[] {
  return answers.map(({ tracker, answeredAt }) => {
    const place = places.get(tracker)
    const message = place && firstOf(seen, ({ boxes }) => (boxes.get(place.box) ?? 0) > place.seq)
    if (message === undefined) throw new Error(`Ballot ${tracker} was acknowledged and never published.`)
    return Math.max(0, message.at - answeredAt)
  })
}
