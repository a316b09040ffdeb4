import type { WebSocket } from 'ws'
import { note, repeat, type Attack, type Target } from './attack.js'
import { isOpen, openSocket, untilClosed } from './socket.js'

const LARGE = `subscription ($id: ID!) { electionResults(electionId: $id) {
  ${Array.from({ length: 8 }, (_, at) => `r${at}: contests { contest { id } totals { option { id name } votes share { percent } } byChannel { channel } }`).join('\n')}
  ${Array.from({ length: 4 }, (_, at) => `u${at}: turnoutByUnit(first: 200) { nodes { reportingUnit { id name } ballots } }`).join('\n')}
} }`

const subscribe = (socket: WebSocket, { electionId }: Target, id: string): void =>
  socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query: LARGE, variables: { id: electionId } } }))

/** Large subscriptions, each read once and left: a result that nobody waits for any more. */
export const abandonedSubscriptions: Attack = async (tools) => repeat(tools, async (turn) => {
  const socket = await openSocket(tools)
  if (!isOpen(socket)) return
  subscribe(socket, tools.target, `left-${turn}`)
  await Promise.race([new Promise((resolve) => { socket.once('message', resolve) }), untilClosed(socket, 2_000)])
  socket.terminate()
}, { lanes: 3, pauseMs: 100 })

/** Ten readers with three large subscriptions each, read as fast as they come. */
export const greedyReaders: Attack = async (tools) => repeat(tools, async (_turn, lane) => {
  const socket = await openSocket(tools, lane)
  if (!isOpen(socket)) return
  for (const id of ['one', 'two', 'three']) subscribe(socket, tools.target, id)
  socket.on('message', (data) => note(tools, messageType(String(data))))
  await untilClosed(socket, 20_000)
  socket.terminate()
}, { lanes: 10, pauseMs: 500 })

function messageType(text: string): string {
  const code = /"code":"([A-Z_]+)"/.exec(text)?.[1]
  return code ?? /"type":"(\w+)"/.exec(text)?.[1] ?? 'unreadable'
}
