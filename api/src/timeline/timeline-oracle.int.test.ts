import { createTestNetwork, eventually, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breakfastTown } from '../testing/breakfast-network.js'
import { simulateClock } from '../testing/simulated-clock.js'
import { lateBySql, windowsBySql, type OracleScope, type OracleWindow } from '../testing/timeline-oracle.js'
import { keyOf, rowsOf, timelineQuestions } from '../testing/timeline-questions.js'

/** The hour between two and three is left out in the middle of the imported night, and comes twice in the other. */
const SPRING_NIGHT = Date.parse('2025-03-09T06:00:00Z')
const AUTUMN_NIGHT = Date.parse('2025-11-02T04:30:00Z')
const DISHES = ['pancake', 'waffle', 'porridge', 'toast']
const PLACES = ['n1', 'n2', 's10']
const TIME_ZONE = 'America/New_York'
const [MINUTE, HOUR] = [60_000, 3_600_000]

const WINDOWS: readonly OracleWindow[] = [
  ...[10, 60, 420, 3_600, 7_200, 86_400].flatMap((size) => [{ kind: 'TUMBLING', size }, { kind: 'CUMULATIVE', size }] as const),
  { kind: 'HOPPING', size: 60, advance: 10 }, { kind: 'HOPPING', size: 3_600, advance: 900 }, { kind: 'HOPPING', size: 21_600, advance: 7_200 },
  { kind: 'SESSION', gap: 10 }, { kind: 'SESSION', gap: 60 }, { kind: 'SESSION', gap: 600 },
]

let network: TestNetwork
let town: ReturnType<typeof breakfastTown>
let asking: ReturnType<typeof timelineQuestions>
let clock: Awaited<ReturnType<typeof simulateClock>>
let imported: string

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'timeline-oracle', env: { PANES_KEPT_DAYS: '36500' } })
  town = breakfastTown(network)
  asking = timelineQuestions(network)
  clock = await simulateClock(network.pool, AUTUMN_NIGHT)
  imported = await town.open(night('IMPORTED'))
})
afterAll(() => network[Symbol.asyncDispose]())

function night(source: 'IMPORTED' | 'DATABASE') {
  return { timeZone: TIME_ZONE, opensAt: '2025-01-01T00:00:00Z', boxes: 2, time: { source, granularityMs: 1_000, disorderMs: MINUTE, graceMs: MINUTE } }
}

/** Equal numbers on every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor(state / 2_147_483_648 * sides)
  }
}

const iso = (at: number): string => new Date(at).toISOString()
const counted = (id: string): Promise<unknown> => eventually(() => asking.isCounted(id), { limitMs: 60_000, what: 'every entry of the ledger to be published' })

async function revisionOf(id: string): Promise<number> {
  const { election } = await network.graphql<{ election: { results: { revision: number } } }>('query($id: ID!) { election(id: $id) { results { revision } } }', { id })
  return election.results.revision
}

const scopes = (id: string): readonly (OracleScope & { name: string, asked: { contest?: string, unit?: string } })[] => [
  { name: 'all ballots', election: keyOf(id), timeZone: TIME_ZONE, asked: {} },
  { name: 'the dish of the year', election: keyOf(id), timeZone: TIME_ZONE, contest: { id: 'dish', options: DISHES }, asked: { contest: 'dish' } },
  { name: 'all ballots of the north', election: keyOf(id), timeZone: TIME_ZONE, units: ['n1', 'n2'], asked: { unit: 'north' } },
  { name: 'the dish in the south', election: keyOf(id), timeZone: TIME_ZONE, units: ['s10'], contest: { id: 'dish', options: DISHES }, asked: { unit: 'south', contest: 'dish' } },
]

/** Every kind of window of every scope, as the API answers and as plain SQL counts. */
async function expectOracle(id: string): Promise<void> {
  for (const { name, asked, ...scope } of scopes(id)) {
    const { ballots, late } = await lateBySql(network.pool, scope)
    for (const window of WINDOWS) {
      const shown = await asking.timelineOf(id, window, asked)
      expect(rowsOf(shown), `${name} in ${JSON.stringify(window)}`).toEqual(await windowsBySql(network.pool, scope, window))
      expect(new Set(shown.map((one) => one.late))).toEqual(new Set([late]))
      if (window.kind === 'TUMBLING' || window.kind === 'SESSION') expect(shown.reduce((sum, one) => sum + one.ballots, late), 'windows + late').toBe(ballots)
    }
  }
}

/** All that the API says of all windows, as text. */
async function everything(id: string): Promise<string> {
  const all: unknown[] = []
  for (const { asked } of scopes(id)) for (const window of WINDOWS) all.push(await asking.timelineOf(id, window, asked))
  return JSON.stringify(all)
}

/** Two and a half hours of a night: a fifth of the ballots out of order, one in twenty too late. */
async function voteAtNight(id: string): Promise<void> {
  const roll = dice(20_250_309)
  const ballots = Array.from({ length: 800 }, (_, at) => {
    const onTime = SPRING_NIGHT + Math.floor(at / 800 * 2.4 * HOUR) + roll(5_000)
    const fate = roll(100)
    const castAt = fate < 5 ? onTime - 200_000 - roll(900_000) : fate < 25 ? onTime - 11_000 - roll(50_000) : onTime
    const unit = PLACES[roll(3)] ?? ''
    return { reportingUnitId: `${id}/u/${unit}`, castAt: iso(Math.max(castAt, SPRING_NIGHT)), selections: [{ contestId: `${id}/c/dish`, optionIds: roll(10) === 0 ? [] : [`${id}/o/dish/${DISHES[roll(4)]}`] }] }
  })
  for (let at = 0; at < ballots.length; at += 4) expect((await town.ingest(id, ballots.slice(at, at + 4))).map(({ __typename }) => __typename)).not.toContain('InvalidBallot')
}

/** Copies the first or the second half of each ballot box into another election, as they are: cut at the end of a ledger transaction. */
async function copyLedger(from: string, to: string, half: 1 | 2): Promise<void> {
  const part = half === 1 ? 'b.seq <= m.middle' : 'b.seq > m.middle'
  await network.pool.query(`
    WITH middle AS (SELECT b.box, min(b.seq) FILTER (WHERE b.chain IS NOT NULL AND b.seq >= h.next_seq / 2) AS middle
      FROM box_entry b JOIN ballot_box h ON h.election = b.election AND h.box = b.box WHERE b.election = $1 GROUP BY b.box),
    copied AS (INSERT INTO box_entry (election, box, seq, kind, tracker, commitment, unit, channel, attributes, selections, cast_at, chain)
      SELECT $2, b.box, b.seq, b.kind, CASE WHEN b.tracker IS NOT NULL THEN gen_random_uuid() END, b.commitment, b.unit, b.channel, b.attributes, b.selections, b.cast_at, b.chain
      FROM box_entry b JOIN middle m ON m.box = b.box WHERE b.election = $1 AND ${part} ORDER BY b.box, b.seq
      RETURNING box, seq, chain, cast_at)
    UPDATE ballot_box h SET next_seq = c.seq + 1, chain = c.chain, newest_at = greatest(h.newest_at, c.newest_at), last_cast_at = now()
    FROM (SELECT DISTINCT ON (box) box, seq, chain, max(cast_at) OVER (PARTITION BY box) AS newest_at FROM copied ORDER BY box, seq DESC) c
    WHERE h.election = $2 AND h.box = c.box`, [keyOf(from), keyOf(to)])
}

describe('windows of imported time, a fifth of the ballots out of order and one in twenty late', () => {
  test('are what plain SQL counts over the ledger, of every kind and size, on a night with a change of the clocks', async () => {
    await voteAtNight(imported)
    await counted(imported)
    const { ballots, late, outOfOrder } = await lateBySql(network.pool, { election: keyOf(imported), timeZone: TIME_ZONE })
    expect([ballots, outOfOrder / ballots > 0.15, late / ballots > 0.03]).toEqual([800, true, true])
    await expectOracle(imported)
  })

  test('are final as far as the box that is behind allows, and further once it hears how far the others came', async () => {
    const finals = async (): Promise<number> => (await asking.timelineOf(imported, { kind: 'TUMBLING', size: 10 })).filter(({ isFinal }) => isFinal).length
    const before = await finals()
    // Nobody votes at Hall 2 any more, whose box is not that of the others.
    const onward = (minutes: number) => ({ reportingUnitId: `${imported}/u/n1`, castAt: iso(SPRING_NIGHT + 2.4 * HOUR + minutes * MINUTE) })
    for (const minutes of [1, 3, 5]) await town.ingest(imported, [onward(minutes)])
    await clock.set(AUTUMN_NIGHT + MINUTE)
    await eventually(async () => await finals() > before || undefined, { limitMs: 30_000, what: 'windows to become final' })
    await counted(imported)
    await expectOracle(imported)
  })

  test('are the same bytes after everything was counted anew from the ledger', async () => {
    const before = await everything(imported)
    await network.pool.query('UPDATE box_position SET wanted_generation = generation + 1 WHERE election = $1', [keyOf(imported)])
    await eventually(async () => {
      const { rows } = await network.pool.query('SELECT FROM box_position WHERE election = $1 AND generation < wanted_generation', [keyOf(imported)])
      return rows.length === 0 || undefined
    }, { limitMs: 30_000, what: 'every box to be counted anew' })
    const former = await revisionOf(imported)
    // The first revision of a worker that comes back is made of what the tallies say, not of what was published before.
    await network.workers[0]?.kill()
    await network.workers[0]?.start()
    await eventually(async () => await revisionOf(imported) > former || undefined, { limitMs: 30_000, what: 'a revision made of the new tallies' })
    expect(await everything(imported)).toBe(before)
  })

  test('are the same bytes if the workers were away for more than an hour of it, and all final in the end', async () => {
    await town.change('closeElection', imported)
    await counted(imported)
    const away = await town.open(night('IMPORTED'))
    await copyLedger(imported, away, 1)
    await counted(away)
    await network.workers[0]?.kill()
    await copyLedger(imported, away, 2)
    await network.workers[0]?.start()
    await town.change('closeElection', away)
    await counted(away)
    await eventually(async () => (await asking.timelineOf(away, { kind: 'SESSION', gap: 10 })).every(({ isFinal }) => isFinal) || undefined, { what: 'every window to be final' })
    expect(await everything(away)).toBe(await everything(imported))
    await expectOracle(away)
  })
})

describe('windows of database time', () => {
  test('are what plain SQL counts, also where the workers were away for an hour, and become final by the clock alone', async () => {
    const id = await town.open(night('DATABASE'))
    const roll = dice(20_251_102)
    let now = AUTUMN_NIGHT
    const vote = async (rounds: number, mostSeconds: number): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) {
        now += 1_000 + roll(mostSeconds) * 1_000
        await clock.set(now)
        await town.ingest(id, Array.from({ length: 1 + roll(6) }, () => ({ reportingUnitId: `${id}/u/${PLACES[roll(3)]}`, selections: [{ contestId: `${id}/c/dish`, optionIds: [`${id}/o/dish/${DISHES[roll(4)]}`] }] })))
      }
    }
    await vote(40, 60)
    await counted(id)
    await network.workers[0]?.kill()
    await vote(40, 180)
    await network.workers[0]?.start()
    await vote(40, 60)
    await counted(id)
    now += HOUR
    await clock.set(now)
    await eventually(async () => (await asking.timelineOf(id, { kind: 'SESSION', gap: 600 })).every(({ isFinal }) => isFinal) || undefined, { limitMs: 20_000, what: 'every window to be final' })
    expect((await lateBySql(network.pool, { election: keyOf(id), timeZone: TIME_ZONE })).late).toBe(0)
    await expectOracle(id)
  })
})
