import { connect } from 'node:net'
import { byLane, note, repeat, type Attack } from './attack.js'
import { isOpen, openSocket, untilClosed } from './socket.js'

/** As many sockets at once as are let in. */
export const manySockets: Attack = async (tools) => repeat(tools, async () => {
  const socket = await openSocket(tools)
  if (isOpen(socket)) await untilClosed(socket, 10_000)
  socket.terminate()
}, { lanes: 300, pauseMs: 200 })

/** Requests that are never finished: a byte of a body every second. */
export const slowRequests: Attack = async (tools) => repeat(tools, () => new Promise<void>((resolve) => {
  const { hostname, port } = new URL(tools.target.url)
  tools.tally.tries += 1
  const began = performance.now()
  const socket = connect({ host: hostname, port: Number(port), localAddress: byLane(tools.target.addresses, 0) })
  const drip = setInterval(() => socket.write(' '), 1_000)
  const end = () => socket.destroy()
  tools.signal.addEventListener('abort', end, { once: true })
  socket.on('error', () => undefined)
  socket.once('connect', () => socket.write('POST /graphql HTTP/1.1\r\nhost: livetally\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{'))
  socket.once('close', () => {
    clearInterval(drip)
    tools.signal.removeEventListener('abort', end)
    if (!tools.signal.aborted) note(tools, performance.now() - began > 25_000 ? 'cut off after some 30 s' : 'refused at once')
    resolve()
  })
}), { lanes: 20, pauseMs: 1_000 })

const FRAMES = ['', '{', 'null', '[]', '{"type":"next","id":"a"}', '{"type":"subscribe"}', '{"type":"connection_ack"}', '{"type":"subscribe","id":"a","payload":{"query":"subscription { electionChanged(electionId: \\"x\\") @skip(if: true) { id } }"}}', 'x'.repeat(300_000)]

/** Frames that no client sends. */
export const oddFrames: Attack = async (tools) => repeat(tools, async (turn) => {
  const socket = await openSocket(tools)
  if (!isOpen(socket)) return
  socket.send(FRAMES[turn % FRAMES.length] ?? '')
  await untilClosed(socket, 500)
  socket.terminate()
}, { lanes: 2, pauseMs: 100 })
