import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { takeFrames } from './socket-frames.js'

const settle = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

test('whoever sends and does not read waits with their own bytes: nothing more is read while one frame is handled', async () => {
  const states: string[] = []
  const socket = Object.assign(new EventEmitter(), { OPEN: 1, readyState: 1, pause: () => states.push('paused'), resume: () => states.push('reading'), close: (code: number) => states.push(`closed ${code}`) })
  let answered = (): void => undefined
  const handled: string[] = []
  takeFrames(socket as unknown as WebSocket, (text) => { handled.push(text); return new Promise((resolve) => { answered = resolve }) }, () => ({ take: () => undefined, waitMs: () => 0 }))
  for (const text of ['{"type":"ping"}', '{"type":"pong"}']) socket.emit('message', Buffer.from(text), false)
  await settle()
  expect([handled.length, states]).toEqual([1, ['paused']])
  answered()
  await settle()
  expect([handled.length, states]).toEqual([2, ['paused']])
  answered()
  await settle()
  expect(states).toEqual(['paused', 'reading'])
})

test('frames of any kind are charged to whoever sends them, and in debt they are cut off', () => {
  const states: string[] = []
  let taken = 0
  const socket = Object.assign(new EventEmitter(), { OPEN: 1, readyState: 1, bufferedAmount: 1, pause: () => undefined, resume: () => undefined, close: (code: number) => states.push(`closed ${code}`) })
  takeFrames(socket as unknown as WebSocket, () => Promise.resolve(), () => ({ take: (bytes) => { taken += bytes }, waitMs: () => taken > 1_500 ? 10 : 0 }))
  socket.emit('pong', Buffer.alloc(1))
  socket.emit('ping', Buffer.alloc(1))
  socket.emit('message', Buffer.from('{"type":"ping"}'), false)
  expect([taken, states]).toEqual([1_500, []])
  socket.emit('message', Buffer.alloc(700, ' '), false)
  expect([taken, states]).toEqual([2_200, ['closed 4429']])
})
