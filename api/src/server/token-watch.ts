import type { WebSocket } from 'ws'
import type { Identity } from '../auth/identity.js'
import type { TokenFlaw, Tokens } from '../auth/tokens.js'
import { CLOSE } from './socket.js'

/** Closes connections whose token is not to be believed any more. */
export interface TokenWatch extends Disposable {
  /** Begins to look after a connection; the result ends it. */
  watch(socket: Pick<WebSocket, 'close'>, identity: Identity): () => void
}

/** Together with what is looked up every 2 s: well within the 10 s of `token-book.ts`. */
const EVERY_MS = 500

const SAID: Readonly<Record<TokenFlaw, readonly [code: number, reason: string]>> = {
  EXPIRED: [CLOSE.unauthorized, 'Token expired'],
  REVOKED: [CLOSE.unauthorized, 'Token revoked'],
  RETIRED: [CLOSE.unauthorized, 'Token no longer valid'],
  // Not the client's fault: it may come again with the same token.
  UNCHECKED: [CLOSE.tryAgainLater, 'Try again later'],
}

/** Two turns a second for all connections together: 20,000 of them cost some milliseconds. */
export function createTokenWatch({ flawOf }: Pick<Tokens, 'flawOf'>, everyMs = EVERY_MS): TokenWatch {
  const watched = new Map<Pick<WebSocket, 'close'>, Exclude<Identity, { role: 'ANONYMOUS' }>>()
  const timer = setInterval(() => {
    for (const [socket, { claims }] of watched) {
      const flaw = flawOf(claims)
      if (flaw === undefined) continue
      watched.delete(socket)
      socket.close(...SAID[flaw])
    }
  }, everyMs)
  timer.unref()
  return {
    watch(socket, identity) {
      if (identity.role === 'ANONYMOUS') return () => undefined
      watched.set(socket, identity)
      return () => { watched.delete(socket) }
    },
    [Symbol.dispose]() { clearInterval(timer) },
  }
}
