import { pino } from 'pino'
import { expect, test } from 'vitest'
import { tellStuck } from './stuck-elections.js'

test('a stuck election is told of once a minute, and twenty of them at most', () => {
  const told: number[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => { told.push((JSON.parse(line) as { election: number }).election) } })
  let now = 0
  const tell = tellStuck(logger, 'Closing', () => now)
  for (const at of [0, 1_000, 59_999, 60_000, 61_000]) {
    now = at
    tell(7, new Error('locked'))
  }
  expect(told).toEqual([7, 7])
  for (let election = 100; election < 200; election += 1) tell(election, new Error('locked'))
  expect(told.length).toBe(2 + 19)
})
