import type { TestNetwork } from '@livetally/local/test-network'
import type { ElectionShape } from '@livetally/simulator'
import { setTimeout as pause } from 'node:timers/promises'
import type { Frame } from '../history/history.js'

const WATCH = `subscription Watch($id: ID!, $after: Int) {
  electionResults(electionId: $id, after: $after) {
    revision status ballotsCast choicesPending boxes { box generation nextSeq } frontier(first: 200) { nodes { box cell seq } }
    contests { contest { id } ballots undervotes overvotes totals { option { id } votes } }
  }
}`

interface Message {
  electionResults: {
    revision: number, status: string, ballotsCast: number, choicesPending: number
    frontier: { nodes: { box: number, cell: string, seq: number }[] }
    boxes: { box: number, generation: number, nextSeq: number }[]
    contests: { contest: { id: string }, ballots: number, undervotes: number, overvotes: number, totals: { option: { id: string }, votes: number }[] }[]
  }
}

export interface Viewers {
  readonly newest: Frame | undefined
  /** What the viewer saw last, by viewer. */
  readonly last: ReadonlyMap<number, Frame>
  stop(): Promise<void>
}

export interface ViewerOptions { network: TestNetwork, electionId: string, shape: ElectionShape, count: number, record: (frame: Frame) => void }

const RECONNECT_AFTER_MS = 100

/** Viewers over graphql-ws, spread over all APIs. One whose connection ends goes to the next API, and asks for what is newer than it has seen. */
export function startViewers({ network, electionId, shape, count, record }: ViewerOptions): Viewers {
  const last = new Map<number, Frame>()
  const streams = new Set<{ close(): Promise<void> }>()
  let newest: Frame | undefined
  let isStopped = false

  const see = (viewer: number, api: number, message: Message): void => {
    const frame = frameOf(viewer, api, message, shape)
    last.set(viewer, frame)
    if (newest === undefined || frame.revision > newest.revision) newest = frame
    record(frame)
  }
  const watch = async (viewer: number): Promise<void> => {
    for (let api = viewer % network.apis.length; !isStopped; api = (api + 1) % network.apis.length) {
      const after = last.get(viewer)?.revision
      const stream = network.subscribe<Message>(WATCH, { id: electionId, ...(after === undefined ? {} : { after }) }, { api })
      streams.add(stream)
      try {
        for await (const message of stream) see(viewer, api, message)
      } catch {
        // The API died, or has just begun: another is asked.
      }
      streams.delete(stream)
      if (!isStopped) await pause(RECONNECT_AFTER_MS)
    }
  }
  const watching = Promise.all(Array.from({ length: count }, (_, viewer) => watch(viewer)))
  return {
    get newest() { return newest },
    last,
    async stop() {
      isStopped = true
      await Promise.all([...streams].map((stream) => stream.close()))
      await watching
    },
  }
}

function frameOf(viewer: number, api: number, { electionResults }: Message, shape: ElectionShape): Frame {
  const contests = new Map(electionResults.contests.map((one) => [one.contest.id, one]))
  const counts = shape.contests.flatMap(({ id, options }) => {
    const found = contests.get(id)
    const votes = new Map(found?.totals.map((total) => [total.option.id, total.votes]))
    return [found?.ballots ?? -1, found?.undervotes ?? -1, found?.overvotes ?? -1, ...options.map((option) => votes.get(option.id) ?? -1)]
  })
  const { revision, status, ballotsCast, choicesPending, boxes } = electionResults
  return {
    type: 'frame', viewer, api, at: Date.now(), revision, status, ballotsCast, choicesPending, counts,
    boxes: boxes.map(({ box, generation, nextSeq }) => ({ box, generation, nextSeq })),
    // Choices are not told by channel: a cell is a place.
    frontier: electionResults.frontier.nodes.map(({ box, cell, seq }) => ({ box, place: cell.split('/')[0] ?? '', seq })),
  }
}
