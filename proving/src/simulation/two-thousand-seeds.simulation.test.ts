import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { runSeeds } from './run-seeds.js'

const SEEDS = 2_000
/** So that somebody who waits sees that it goes on. */
const TOLD_EVERY = 250

test('whatever fails, every vote is counted once and shown as the ledger holds it, in two thousand schedules of faults', async () => {
  const bad: string[] = []
  let run = 0
  await runSeeds({ first: 1, count: SEEDS, threads: Math.min(4, availableParallelism()), onOutcome({ seed, problems }) {
    run += 1
    if (problems.length > 0) bad.push(`npm run simulate-faults -- --seed ${seed}: ${problems[0]}`)
    if (run % TOLD_EVERY === 0) console.log(`${run} of ${SEEDS} schedules, ${bad.length} of them ended badly`)
  } })
  expect(bad).toEqual([])
  expect(run).toBe(SEEDS)
}, 1_200_000)
