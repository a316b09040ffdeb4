import type { TestNetwork } from '@livetally/local/test-network'
import { WebSocket } from 'ws'
import type { Answer } from './cast-load.js'

const WATCH = `subscription Watch($id: ID!) {
  electionResults(electionId: $id) { revision ballotsCast contests { totals { option { id } votes share { percent } } } boxes { box nextSeq } }
}`

interface Message { type: string, payload?: { data?: { electionResults?: { revision: number, ballotsCast: number, boxes: { box: number, nextSeq: number }[] } } } }

/** One message as a viewer got it; `at` is in ms on this process' monotonic clock. */
export interface Seen { at: number, ballotsCast: number, boxes: ReadonlyMap<number, number> }

export interface Viewer extends AsyncDisposable {
  /** How many messages came in all. */
  readonly messages: number
  readonly newest: Seen | undefined
  /** All of them where they were to be kept, else the newest. */
  seen(): Seen[]
}

/** A subscriber over graphql-transport-ws. Real ones have machines of their own: here a message is read only when somebody asks what it says. */
export async function watch(url: string, id: string, { keepsAll }: { keepsAll: boolean }): Promise<Viewer> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws')
  const frames: { at: number, text: string }[] = []
  let messages = 0
  const send = (message: object): void => socket.send(JSON.stringify(message))
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => send({ type: 'connection_init' }))
    socket.once('message', () => {
      send({ id: 'results', type: 'subscribe', payload: { query: WATCH, variables: { id } } })
      socket.on('message', (data) => {
        if (!keepsAll) frames.length = 0
        frames.push({ at: performance.now(), text: String(data) })
        messages += 1
      })
      resolve()
    })
  })
  return {
    get messages() { return messages },
    get newest() { return frames.slice(-1).map(read)[0] },
    seen: () => frames.map(read),
    [Symbol.asyncDispose]: () => new Promise((resolve) => {
      socket.once('close', () => resolve())
      socket.close(1000)
    }),
  }
}

function read({ at, text }: { at: number, text: string }): Seen {
  const results = (JSON.parse(text) as Message).payload?.data?.electionResults
  if (results === undefined) throw new Error(`A viewer was not sent results: ${text.slice(0, 300)}`)
  return { at, ballotsCast: results.ballotsCast, boxes: new Map(results.boxes.map(({ box, nextSeq }) => [box, nextSeq])) }
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
