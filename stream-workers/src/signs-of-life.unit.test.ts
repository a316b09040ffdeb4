import { expect, test } from 'vitest'
import { createHeldClock } from './clock-under-test.js'
import { createSignsOfLife } from './signs-of-life.js'

function kitchen() {
  const clock = createHeldClock()
  const life = createSignsOfLife({ clock })
  let beats = 0
  let finish = (): void => undefined
  const work = new Promise<string>((resolve) => { finish = () => resolve('cake') })
  return { clock, life, heartbeat: async () => { beats += 1 }, work: () => work, finish: () => finish(), beats: () => beats }
}

test('whoever folds for a minute, slice by slice, is heard twice a second, and no more when it is done', async () => {
  const { clock, life, heartbeat, work, finish, beats } = kitchen()
  const baked = life.during(heartbeat, work)
  for (let second = 0; second < 60; second += 1) {
    await clock.advance(1_000)
    life.step()
  }
  expect(beats()).toBe(120)
  finish()
  expect(await baked).toBe('cake')
  await clock.advance(10_000)
  expect(beats()).toBe(120)
  expect(clock.waiting).toBe(0)
})

test('whoever makes no step any more falls silent, so that others get the work', async () => {
  const { clock, life, heartbeat, work, finish, beats } = kitchen()
  const baked = life.during(heartbeat, work)
  await clock.advance(60_000)
  expect(beats()).toBe(40)
  finish()
  expect(await baked).toBe('cake')
})

test('a group that does not listen any more does not end the work that has begun', async () => {
  const { clock, life, work, finish } = kitchen()
  const baked = life.during(() => Promise.reject(new Error('the group is sharing its partitions anew')), work)
  await clock.advance(5_000)
  finish()
  expect(await baked).toBe('cake')
  await expect(life.during(async () => undefined, () => Promise.reject(new Error('no gas')))).rejects.toThrow('no gas')
})
