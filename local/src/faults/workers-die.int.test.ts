import { createRandom } from '@livetally/simulator'
import { describe, expect, test } from 'vitest'
import { createTestNetwork, eventually } from '../test-network/index.js'
import { openElection } from './election-under-test.js'
import { expectEveryVoteOnce } from './every-vote-once.js'

const BALLOTS = 6_000

describe('the process that counts', () => {
  test('is killed five times while votes flow, and every vote is counted once', async () => {
    await using network = await createTestNetwork({ suite: 'workers-die' })
    await using under = await openElection(network, 'workers-die')
    const load = under.load({ ballots: under.ballots(BALLOTS), rate: 400, batch: 20 })
    const voting = load.run()
    const random = createRandom('workers-die')
    for (let kill = 1; kill <= 5; kill += 1) {
      // Somewhere in the kill-th sixth of the votes: what the worker was doing just then is chance.
      const after = Math.floor(BALLOTS * (kill - random.next() * 0.8) / 6)
      await eventually(() => load.records.length >= after, { limitMs: 60_000, everyMs: 1, what: `${after} ballots to be answered` })
      await network.workers[0]?.kill('SIGKILL')
      await network.workers[0]?.start()
    }
    await voting
    const report = await expectEveryVoteOnce(network, under, load.records, BALLOTS)
    expect(report.agrees).toBe(true)
  })

  test('is frozen for longer than its leases, thaws beside its successor, and every vote is counted once', async () => {
    await using network = await createTestNetwork({ suite: 'workers-freeze', workers: 2 })
    await using under = await openElection(network, 'workers-freeze')
    const load = under.load({ ballots: under.ballots(BALLOTS), rate: 400, batch: 20 })
    const voting = load.run()
    await eventually(() => load.records.length >= BALLOTS / 6, { limitMs: 60_000 })
    await network.workers[0]?.kill('SIGSTOP')
    await eventually(() => load.records.length >= BALLOTS * 5 / 6, { limitMs: 60_000 })
    await network.workers[0]?.kill('SIGCONT')
    await voting
    await expectEveryVoteOnce(network, under, load.records, BALLOTS)
  })
})
