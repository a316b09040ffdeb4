import { expect, test } from 'vitest'
import { FINDINGS } from './checker/findings.js'
import { runChaos } from './chaos.js'

test('a minute of killed, frozen and disconnected parts, and no vote is lost, doubled or invented', async () => {
  const told: string[] = []
  const { checked, recount, recoveries } = await runChaos({ lengthMs: 60_000, rate: 200, seed: 4, tell: (line) => told.push(line) })
  const found = FINDINGS.flatMap((finding) => checked.findings.all[finding].examples.map((example) => `${finding}: ${example}`))
  expect(found, told.join('\n')).toEqual([])
  expect(recount.checks.flatMap(({ problems }) => problems), told.join('\n')).toEqual([])
  expect(recount.publishedBallots).toBe(recount.ballots)
  // That it was a minute worth the name:
  expect(checked.accepted).toBeGreaterThan(1_000)
  expect(checked.frames).toBeGreaterThan(100)
  expect(recoveries.length).toBeGreaterThanOrEqual(8)
})
