import type { WebSocket } from 'ws'

export interface OutletLimits {
  /** Bytes that one socket may leave unread. */
  perSocket: number
  /** Bytes that all of them together may. */
  together: number
}

/** What is sent to sockets, and how much of it the network has not taken yet. */
export interface SocketOutlet {
  /** Resolves once the network has taken the text: who reads slowly is asked for nothing more meanwhile. A viewer who is gone is no failure of ours. */
  send(socket: WebSocket, text: string): Promise<void>
  readonly unsentBytes: number
}

export const OUTLET_LIMITS: OutletLimits = { perSocket: 8 * 1024 * 1024, together: 96 * 1024 * 1024 }

/** Cuts off whoever leaves too much unread, and of all, when together they do, the one who leaves most. */
export function createSocketOutlet(limits: OutletLimits = OUTLET_LIMITS): SocketOutlet {
  const unsent = new Map<WebSocket, number>()
  let together = 0

  const measure = (socket: WebSocket): void => {
    const before = unsent.get(socket) ?? 0
    const now = socket.readyState === socket.OPEN ? socket.bufferedAmount : 0
    together += now - before
    if (now === 0) unsent.delete(socket)
    else unsent.set(socket, now)
  }
  const cutOff = (socket: WebSocket): void => {
    socket.terminate()
    measure(socket)
  }
  return {
    get unsentBytes() { return together },
    send: (socket, text) => new Promise((resolve) => {
      if (socket.readyState !== socket.OPEN) return resolve()
      socket.send(text, () => {
        measure(socket)
        resolve()
      })
      measure(socket)
      if ((unsent.get(socket) ?? 0) > limits.perSocket) cutOff(socket)
      while (together > limits.together) {
        const [greatest] = [...unsent].reduce((most, one) => one[1] > most[1] ? one : most)
        cutOff(greatest)
      }
    }),
  }
}
