import { createRequestLimit } from './rate-limit.js'

export interface DoorLimits {
  /** Open at once from one address. */
  perAddress: number
  /** Open at once from everywhere. */
  together: number
  /** Opened within a minute from one address, refused ones included. */
  handshakesPerMinute: number
}

/** Why a socket is not let in: an HTTP status, and when to come again. */
export interface TurnedAway { readonly status: 429 | 503, readonly reason: string, readonly retryAfterS: number }

export interface SocketDoor {
  /** Takes a place for a socket from this address, or says why there is none. Whoever got one gives it back with `leave`. */
  enter(address: string): Promise<TurnedAway | undefined>
  leave(address: string): void
}

const COME_AGAIN_S = 5

/** Counts the open sockets of each address and of all, so that nobody takes the places of others. */
export function createSocketDoor({ perAddress, together, handshakesPerMinute }: DoorLimits): SocketDoor {
  const open = new Map<string, number>()
  const handshakes = createRequestLimit(handshakesPerMinute)
  let all = 0
  return {
    async enter(address) {
      const waitMs = await handshakes(address)
      if (waitMs > 0) return { status: 429, reason: `More than ${handshakesPerMinute} connections a minute from one address.`, retryAfterS: Math.ceil(waitMs / 1_000) }
      const here = open.get(address) ?? 0
      if (here >= perAddress) return { status: 429, reason: `More than ${perAddress} connections at once from one address.`, retryAfterS: COME_AGAIN_S }
      if (all >= together) return { status: 503, reason: 'All connections are taken.', retryAfterS: COME_AGAIN_S }
      open.set(address, here + 1)
      all += 1
      return undefined
    },
    leave(address) {
      const here = open.get(address) ?? 0
      if (here <= 1) open.delete(address)
      else open.set(address, here - 1)
      all -= 1
    },
  }
}
