import { WebSocket } from 'ws'
import { byLane, note, type AttackTools } from './attack.js'

/** Opens a GraphQL socket from the attackers' address that is the lane's. Resolves once it is acknowledged or refused; how it ends is tallied. */
export function openSocket(tools: AttackTools, lane = 0): Promise<WebSocket> {
  const { target: { url, addresses }, signal, tally } = tools
  tally.tries += 1
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', { localAddress: byLane(addresses, lane) })
  const end = () => socket.terminate()
  signal.addEventListener('abort', end, { once: true })
  socket.on('error', (error) => note(tools, /Unexpected server response: (\d+)/.exec(error.message)?.[0].replace('Unexpected server response:', 'upgrade refused') ?? 'connection ended'))
  return new Promise((resolve) => {
    socket.once('open', () => socket.send('{"type":"connection_init"}'))
    socket.once('message', () => resolve(socket))
    socket.once('close', (code) => {
      signal.removeEventListener('abort', end)
      if (!signal.aborted) note(tools, `closed ${code}`)
      resolve(socket)
    })
  })
}

export function isOpen(socket: WebSocket): boolean {
  return socket.readyState === socket.OPEN
}

/** Resolves when the socket is closed, but after `ms` at the latest. */
export function untilClosed(socket: WebSocket, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === socket.CLOSED) return resolve()
    const impatience = setTimeout(resolve, ms)
    socket.once('close', () => {
      clearTimeout(impatience)
      resolve()
    })
  })
}
