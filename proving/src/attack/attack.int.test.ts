import { createTestNetwork, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attack } from './attack.js'
import { objectionsTo } from './attack-report.js'
import type { AttackOptions } from './options.js'

let network: TestNetwork

beforeAll(async () => { network = await createTestNetwork({ suite: 'attack' }) })
afterAll(() => network[Symbol.asyncDispose]())

const calm = { pauses: false, restarts: false, corrections: false, receipts: 150, rounds: 5 }
const eventful = { ...calm, pauses: true, restarts: true, corrections: true }

describe('a reader who is given everything that is public, and solves for single ballots', () => {
  test('reads nine of ten of 5,000 open ballots: the attack works', async () => {
    const report = await attack({ ...calm, secrecy: 'OPEN', ballots: 5_000, places: 80, batch: 25, seed: 'open' }, { network })
    expect(objectionsTo(report)).toEqual([])
    expect(report.unexplained).toEqual({ count: 0, examples: [] })
    expect(report.receipts).toMatchObject({ asked: 150, unexplained: 0 })
    expect(report.receipts.narrow).toBeGreaterThan(135)
  })

  test('reads none of 5,000 secret ballots, nor anything of a handful: with pauses, corrections, a killed worker and a new count in the middle', async () => {
    const report = await attack({ ...eventful, secrecy: 'SECRET', ballots: 5_000, places: 80, batch: 50, isSkewed: true, seed: 'secret', breakdowns: [['age', 'gender'], ['unit:WARD', 'age']] }, { network })
    expectNothingRead(report)
  })

  test.each<[string, Partial<AttackOptions>]>([
    ['choices are told by channel', { choicesByChannel: true }],
    ['choices are live by ward, and by place at the close', { byWard: true, corrections: true }],
    ['ballots bring their own time, and some are late', { importedTime: true }],
    ['groups are of five ballots', { releaseSize: 5, isSkewed: true }],
  ])('reads no secret ballot where %s', async (title, options) => {
    const report = await attack({ ...calm, secrecy: 'SECRET', ballots: 900, places: 24, batch: 30, seed: title, ...options }, { network })
    expectNothingRead(report)
  })
})

function expectNothingRead(report: Awaited<ReturnType<typeof attack>>): void {
  expect(objectionsTo(report)).toEqual([])
  // That there was something to solve, and that the frontier was told:
  expect(report.rank).toBeGreaterThan(report.ballots / 40)
  expect(report.frontier.rows).toBeGreaterThan(report.ballots / 40)
}
