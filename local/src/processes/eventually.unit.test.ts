import { expect, test } from 'vitest'
import { eventually } from './eventually.js'

test('a condition is asked until it holds, and its value is handed on', async () => {
  const answers = [undefined, false, 'counted']
  expect(await eventually(() => answers.shift(), { everyMs: 1 })).toBe('counted')
  expect(answers).toEqual([])
})

test('zero and the empty text are values, not failures', async () => {
  expect(await eventually(() => 0)).toBe(0)
  expect(await eventually(() => '')).toBe('')
})

test('after the limit the last failure is told', async () => {
  const check = () => {
    throw new Error('41 of 42 ballots')
  }
  await expect(eventually(check, { limitMs: 5, everyMs: 1, what: 'all ballots' })).rejects.toThrow('Waited 5 ms in vain for all ballots: 41 of 42 ballots')
})
