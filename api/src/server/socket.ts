import type { WebSocket } from 'ws'
import { expiryOf, type Identity } from '../auth/identity.js'

/** Close codes of graphql-transport-ws, and of RFC 6455. */
export const CLOSE = { badRequest: 4400, unauthorized: 4401, tooMany: 4429, goingAway: 1001, internal: 1011 } as const

const PING_EVERY_MS = 12_000
const LONGEST_TIMER_MS = 2_147_483_647

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

/** Closes the connection with 4401 when the token on which it was opened expires. The result stops waiting for that. */
export function closeOnExpiry(socket: WebSocket, identity: Identity): () => void {
  const expiry = expiryOf(identity)
  if (expiry === undefined) return () => undefined
  let timer: NodeJS.Timeout
  const wait = (): void => {
    const remaining = expiry * 1_000 - Date.now()
    if (remaining <= 0) socket.close(CLOSE.unauthorized, 'Token expired')
    else timer = setTimeout(wait, Math.min(remaining, LONGEST_TIMER_MS))
  }
  wait()
  return () => { clearTimeout(timer) }
}
