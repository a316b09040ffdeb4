import type { WebSocket } from 'ws'

/** Close codes of graphql-transport-ws, and of RFC 6455. */
export const CLOSE = { badRequest: 4400, unauthorized: 4401, tooMany: 4429, goingAway: 1001, internal: 1011, tryAgainLater: 1013 } as const

const PING_EVERY_MS = 12_000

/** Pings, and cuts off who does not answer. The result stops it. */
export function keepAlive(socket: WebSocket): () => void {
  let isAlive = true
  socket.on('pong', () => { isAlive = true })
  const timer = setInterval(() => {
    if (!isAlive) { socket.terminate(); return }
    isAlive = false
    socket.ping()
  }, PING_EVERY_MS)
  return () => { clearInterval(timer) }
}
