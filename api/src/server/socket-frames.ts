import type { RawData, WebSocket } from 'ws'
import type { ClientBudget } from './cost/client-budget.js'
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

/** What the sockets of one client may send together, in bytes; a short frame counts as `LEAST_COUNTED`. */
export const FRAME_BYTES = { perSecond: 500_000, burst: 8 * 1024 * 1024 }
const LEAST_COUNTED = 500
/** Frames that carry no operation and no token have nothing long to say. */
const LONGEST_WITHOUT_OPERATION = 1_024
const WITHOUT_OPERATION: ReadonlySet<unknown> = new Set(['ping', 'pong', 'complete'])

export interface FrameIntake {
  /** An operation has begun: the next frame may be handled though it goes on. */
  operationBegan(): void
}

/**
 * Takes the frames of a socket one at a time: nothing more is read while one is handled and its answer is unsent, so that
 * whoever sends and does not read waits with their own bytes, not ours. `handle` gets each text frame; an operation that
 * goes on for long frees the way when it has begun. Whoever sends too much, over all of their sockets (`budget`), or what only servers send, is cut off.
 */
export function takeFrames(socket: WebSocket, handle: (text: string) => Promise<void>, budget: () => ClientBudget, limits: FrameLimits = FRAME_LIMITS, now: () => number = Date.now): FrameIntake {
  const waiting: string[] = []
  let isBusy = false
  let free = (): void => undefined
  let minute = { since: now(), frames: 0 }

  const isTooMany = (): boolean => {
    if (now() - minute.since >= 60_000) minute = { since: now(), frames: 0 }
    minute.frames += 1
    return minute.frames > limits.perMinute || waiting.length > limits.waiting
  }
  const count = (bytes: number): boolean => {
    const ours = budget()
    ours.take(Math.max(LEAST_COUNTED, bytes))
    if (!isTooMany() && ours.waitMs() === 0) return true
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
    if (!count(lengthOf(data))) return
    const text = isBinary ? undefined : String(data)
    if (text === undefined || isNestedTooDeep(text) || isOutOfPlace(text)) return socket.close(CLOSE.badRequest, 'Invalid message received')
    waiting.push(text)
    void work()
  })
  socket.on('ping', (data: Buffer) => {
    // Answered only where the last answer has been taken.
    if (count(data.length) && socket.readyState === socket.OPEN && socket.bufferedAmount === 0) socket.pong(data)
  })
  socket.on('pong', (data: Buffer) => { count(data.length) })
  return { operationBegan: () => free() }
}

/** Whether only servers send this, or it is longer than what it may say. What is no JSON at all is left to whoever reads it. */
function isOutOfPlace(text: string): boolean {
  try {
    const message: unknown = JSON.parse(text)
    if (typeof message !== 'object' || message === null || !('type' in message)) return false
    return SERVERS_KINDS.has(message.type) || (text.length > LONGEST_WITHOUT_OPERATION && WITHOUT_OPERATION.has(message.type))
  } catch {
    return false
  }
}

function lengthOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data instanceof ArrayBuffer ? data.byteLength : data.length
}
