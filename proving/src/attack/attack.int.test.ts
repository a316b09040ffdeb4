import { createTestNetwork, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attack } from './attack.js'
import { objectionsTo } from './attack-report.js'

let network: TestNetwork

beforeAll(async () => { network = await createTestNetwork({ suite: 'attack' }) })
afterAll(() => network[Symbol.asyncDispose]())

const calm = { pauses: false, restarts: false, corrections: false, receipts: 500, rounds: 3, batch: 20 }

describe('a reader who is given everything that is public, and solves for single ballots', () => {
  test('reads nine of ten open ballots: the attack works', async () => {
    const report = await attack({ ...calm, secrecy: 'OPEN', ballots: 5_000, places: 80, seed: 'open', batch: 25 }, { network })
    expect(objectionsTo(report)).toEqual([])
    expect(report.unexplained).toEqual({ count: 0, examples: [] })
    expect(report.receipts).toMatchObject({ asked: 500, unexplained: 0 })
    expect(report.receipts.narrow).toBeGreaterThan(450)
  })
})

