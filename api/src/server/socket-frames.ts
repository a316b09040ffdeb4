import type { RawData, WebSocket } from 'ws'
import { isNestedTooDeep } from './json-depth.js'
import { CLOSE } from './socket.js'

/** Kinds that only a server sends. */
const SERVERS_KINDS: ReadonlySet<unknown> = new Set(['connection_ack', 'next', 'error'])

export interface FrameLimits {
  /** Frames of any kind, pings included, within a minute. */
  perMinute: number
  /** Frames that may wait for the one that is being handled. */
  waiting: number
}

export const FRAME_LIMITS: FrameLimits = { perMinute: 1_200, waiting: 200 }

export interface FrameIntake {
  /** An operation has begun: the next frame may be handled though it goes on. */
  operationBegan(): void
}

/**
 * Takes the frames of a socket one at a time: nothing more is read while one is handled and its answer is unsent, so that
 * whoever sends and does not read waits with their own bytes, not ours. `handle` gets each text frame; an operation that
 * goes on for long frees the way when it has begun. Whoever sends too much, or what only servers send, is cut off.
 */
export function takeFrames(socket: WebSocket, handle: (text: string) => Promise<void>, limits: FrameLimits = FRAME_LIMITS, now: () => number = Date.now): FrameIntake {
  const waiting: string[] = []
  let isBusy = false
  let free = (): void => undefined
  let minute = { since: now(), frames: 0 }

  const isTooMany = (): boolean => {
    if (now() - minute.since >= 60_000) minute = { since: now(), frames: 0 }
    minute.frames += 1
    return minute.frames > limits.perMinute || waiting.length > limits.waiting
  }
  const count = (): boolean => {
    if (!isTooMany()) return true
    waiting.length = 0
    socket.close(CLOSE.tooMany, 'Too many messages')
    return false
  }
  const work = async (): Promise<void> => {
    if (isBusy) return
    isBusy = true
    socket.pause()
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      if (socket.readyState !== socket.OPEN) break
      const began = new Promise<void>((resolve) => { free = resolve })
      await Promise.race([handle(text), began])
    }
    isBusy = false
    // While it closes, too: the other side's farewell has to be read.
    socket.resume()
  }
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (!count()) return
    const text = isBinary ? undefined : String(data)
    if (text === undefined || isNestedTooDeep(text) || isServersKind(text)) return socket.close(CLOSE.badRequest, 'Invalid message received')
    waiting.push(text)
    void work()
  })
  socket.on('ping', (data: Buffer) => {
    // Answered only where the last answer has been taken.
    if (count() && socket.readyState === socket.OPEN && socket.bufferedAmount === 0) socket.pong(data)
  })
  socket.on('pong', count)
  return { operationBegan: () => free() }
}

/** What is no JSON at all is left to whoever reads it. */
function isServersKind(text: string): boolean {
  try {
    const message: unknown = JSON.parse(text)
    return typeof message === 'object' && message !== null && 'type' in message && SERVERS_KINDS.has(message.type)
  } catch {
    return false
  }
}
