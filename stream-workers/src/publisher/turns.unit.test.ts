import { describe, expect, test } from 'vitest'
import { createHeldClock, settle } from '../clock-under-test.js'
import { createRounds } from './rounds.js'
import { createTurns, SIDE_BY_SIDE } from './turns.js'

function createGate(): { passed: Promise<void>, open: () => void } {
  let open = (): void => undefined
  const passed = new Promise<void>((resolve) => { open = resolve })
  return { passed, open: () => open() }
}

test('work on one election comes one after the other, and that on another does not wait for it', async () => {
  const turns = createTurns()
  const done: string[] = []
  const gate = createGate()
  const first = turns.of(1, async () => { await gate.passed; done.push('first') })
  const second = turns.of(1, async () => { done.push('second') })
  await turns.of(2, async () => { done.push('the other') })
  expect([turns.isBusy(1), turns.isBusy(2)]).toEqual([true, false])
  gate.open()
  await Promise.all([first, second])
  expect(done).toEqual(['the other', 'first', 'second'])
  expect(turns.isBusy(1)).toBe(false)
})

test('what fails in one turn ends that turn alone', async () => {
  const turns = createTurns()
  const failed = turns.of(1, () => Promise.reject(new Error('no gas')))
  const next = turns.of(1, async () => 'cake')
  await expect(failed).rejects.toThrow('no gas')
  expect(await next).toBe('cake')
  expect(turns.isBusy(1)).toBe(false)
})

test('of many elections a few are worked on at once, and one that is stuck holds up none of the others', async () => {
  const turns = createTurns()
  const gate = createGate()
  const done: number[] = []
  let now = 0
  let most = 0
  const all = turns.ofEach(Array.from({ length: 50 }, (_, at) => at), async (election) => {
    now += 1
    most = Math.max(most, now)
    await (election === 3 ? gate.passed : Promise.resolve())
    now -= 1
    done.push(election)
  })
  await settle()
  expect(done).toHaveLength(49)
  gate.open()
  await all
  expect(done.at(-1)).toBe(3)
  expect(most).toBe(SIDE_BY_SIDE)
})

describe('rounds', () => {
  test('do not wait for one that is stuck: it is left out until it is done', async () => {
    const clock = createHeldClock()
    const rounds = createRounds({ turns: createTurns(), clock, mostMs: 2_000 })
    const gate = createGate()
    const done: number[] = []
    let ended = 0
    const round = (): Promise<void> => rounds.run([1, 2, 3], (key) => key, async (key) => {
      if (key === 2) await gate.passed
      done.push(key)
    }).then(() => { ended += 1 })
    const first = round()
    await clock.advance(1_999)
    expect([done, ended]).toEqual([[1, 3], 0])
    await clock.advance(1)
    await Promise.all([first, round()])
    expect([done, ended]).toEqual([[1, 3, 1, 3], 2])
    gate.open()
    await settle()
    await round()
    expect([done.slice(0, 5), done.slice(5).toSorted()]).toEqual([[1, 3, 1, 3, 2], [1, 2, 3]])
    expect(clock.waiting).toBe(0)
  })

  test('end when what was under way has ended', async () => {
    const rounds = createRounds({ turns: createTurns(), clock: createHeldClock(), mostMs: 2_000 })
    const gate = createGate()
    void rounds.run([1], (key) => key, () => gate.passed)
    let isClosed = false
    const closing = rounds[Symbol.asyncDispose]().then(() => { isClosed = true })
    await settle()
    expect(isClosed).toBe(false)
    gate.open()
    await closing
  })
})
