import { describe, expect, test } from 'vitest'
import { FINDINGS } from './checker/findings.js'
import { runChaos, type ChaosReport } from './chaos.js'
import type { World } from './world/world.js'

function foundIn({ checked, recount }: ChaosReport): string[] {
  return [
    ...FINDINGS.flatMap((finding) => checked.findings.all[finding].examples.map((example) => `${finding}: ${example}`)),
    ...recount.checks.flatMap(({ problems }) => problems),
  ]
}

/** What nobody may do: takes one counted ballot out of the ledger, and exchanges another. */
async function rob({ network: { pool }, electionKey }: World): Promise<void> {
  const client = await pool.connect()
  await client.query('BEGIN')
  await client.query('SET LOCAL session_replication_role = replica')
  const { rowCount: taken } = await client.query('DELETE FROM box_entry WHERE election = $1 AND box = 0 AND seq = 0', [electionKey])
  const { rowCount: exchanged } = await client.query(`
    UPDATE box_entry a SET selections = b.selections FROM box_entry b
    WHERE a.election = $1 AND b.election = $1 AND a.box = 1 AND b.box = 1 AND a.seq = 0 AND b.seq = (
      SELECT min(o.seq) FROM box_entry o WHERE o.election = $1 AND o.box = 1 AND o.selections::text <> (SELECT f.selections::text FROM box_entry f WHERE f.election = $1 AND f.box = 1 AND f.seq = 0))`, [electionKey])
  await client.query('COMMIT')
  client.release()
  expect([taken, exchanged]).toEqual([1, 1])
}

describe('the whole system, on real processes', () => {
  test('through a minute of killed, frozen and disconnected parts loses, doubles and invents no vote', async () => {
    const told: string[] = []
    const report = await runChaos({ lengthMs: 60_000, rate: 200, seed: 4, tell: (line) => told.push(line) })
    expect(foundIn(report), told.join('\n')).toEqual([])
    expect(report.recount.publishedBallots).toBe(report.recount.ballots)
    // That it was a minute worth the name:
    expect(report.checked.accepted).toBeGreaterThan(1_000)
    expect(report.checked.frames).toBeGreaterThan(100)
    expect(report.recoveries.length).toBeGreaterThanOrEqual(8)
  })

  test('refuses no vote while Kafka is away, and shows them all when it is back', async () => {
    const told: string[] = []
    const report = await runChaos({ lengthMs: 4_000, kafkaAwayMs: 10_000, rate: 200, seed: 1, tell: (line) => told.push(line) })
    expect(foundIn(report), told.join('\n')).toEqual([])
    expect(report.whileKafkaAway).toMatchObject({ refused: 0 })
    expect(report.whileKafkaAway?.accepted).toBeGreaterThan(500)
    expect(report.isSound).toBe(true)
  })

  test('is found out where a ballot was taken from the ledger and another exchanged', async () => {
    const report = await runChaos({ lengthMs: 5_000, rate: 200, seed: 1, sabotage: rob, tell: () => undefined })
    const { lost, miscounted, doubled, invented } = report.checked.findings.all
    expect([lost.count > 0, miscounted.count > 0, doubled.count, invented.count]).toEqual([true, true, 0, 0])
    expect(report.recount.agrees).toBe(false)
    expect(report.isSound).toBe(false)
  })
})
