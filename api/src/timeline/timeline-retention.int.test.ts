import { createTestNetwork, eventually, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breakfastTown } from '../testing/breakfast-network.js'
import { simulateClock } from '../testing/simulated-clock.js'
import { lateBySql, windowsBySql, type OracleScope, type OracleWindow } from '../testing/timeline-oracle.js'
import { keyOf, rowsOf, timelineQuestions } from '../testing/timeline-questions.js'

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000]
const DISHES = ['pancake', 'waffle', 'porridge', 'toast']
const PLACES = ['n1', 'n2', 's10']
const TIME_ZONE = 'Europe/London'
/** A morning six days before the last vote, which is of two hours ago; in an election on imported time some time ago. */
const LAST = Math.floor(Date.now() / HOUR) * HOUR - 2 * HOUR
const LAST_IMPORTED = Date.parse('2025-03-15T12:00:00Z')

let network: TestNetwork
let town: ReturnType<typeof breakfastTown>
let asking: ReturnType<typeof timelineQuestions>
let closed: string
let imported: string

/** One worker keeps 10 s for a day and minutes for ever; the other one keeps minutes for a day, too. */
const [MINUTES, HOURS] = [0, 1]
const workersOf = [{ PANES_KEPT_DAYS: '1', MINUTE_PANES_KEPT_DAYS: '36500' }, { PANES_KEPT_DAYS: '1', MINUTE_PANES_KEPT_DAYS: '1' }]

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'timeline-retention', workers: workersOf })
  await network.workers[HOURS]?.stop()
  town = breakfastTown(network)
  asking = timelineQuestions(network)
  const clock = await simulateClock(network.pool, LAST - 6 * DAY)
  const opened = { timeZone: TIME_ZONE, opensAt: '2025-01-01T00:00:00Z', boxes: 2 }
  closed = await town.open({ ...opened, time: { source: 'DATABASE', granularityMs: 1_000 } })
  imported = await town.open({ ...opened, time: { source: 'IMPORTED', granularityMs: 1_000, disorderMs: MINUTE, graceMs: MINUTE } })
  let voter = 0
  const ballot = (id: string) => ({ reportingUnitId: `${id}/u/${PLACES[voter % 3]}`, selections: [{ contestId: `${id}/c/dish`, optionIds: [`${id}/o/dish/${DISHES[(voter += 1) % 4]}`] }] })
  for (const [days, rounds] of [[6, 24], [0, 12]] as const) {
    for (let round = 0; round < rounds; round += 1) {
      const sinceThen = -days * DAY + round * 370 * SECOND
      await clock.set(LAST + sinceThen)
      await town.ingest(closed, Array.from({ length: 5 }, () => ballot(closed)))
      await town.ingest(imported, Array.from({ length: 5 }, () => ({ ...ballot(imported), castAt: new Date(LAST_IMPORTED + sinceThen).toISOString() })))
    }
  }
  for (const id of [closed, imported]) await eventually(() => asking.isCounted(id), { limitMs: 60_000, what: 'all ballots to be published' })
  await town.change('closeElection', closed)
})
afterAll(() => network[Symbol.asyncDispose]())

const scopes = (id: string): readonly (OracleScope & { asked: { contest?: string, unit?: string } })[] => [
  { election: keyOf(id), timeZone: TIME_ZONE, asked: {} },
  { election: keyOf(id), timeZone: TIME_ZONE, units: ['n1', 'n2'], contest: { id: 'dish', options: DISHES }, asked: { unit: 'north', contest: 'dish' } },
]
/** What the API says where such windows cannot be had. */
const refusal = (id: string, last: number, size: number): Promise<string> =>
  asking.timelineOf(id, { kind: 'TUMBLING', size }, { from: last - 6 * DAY, to: last - 6 * DAY + 2 * HOUR }).then(() => 'none', (error: Error) => error.message)
const refuses = (id: string, last: number, size: number, because: string): Promise<unknown> =>
  eventually(async () => (await refusal(id, last, size)).includes(because), { limitMs: 60_000, what: `windows of ${size} s to be refused: ${because}` })

async function expectOracle(id: string, windows: readonly OracleWindow[]): Promise<void> {
  for (const { asked, ...scope } of scopes(id)) {
    const { ballots, late } = await lateBySql(network.pool, scope)
    for (const window of windows) {
      const shown = await asking.timelineOf(id, window, asked)
      expect(rowsOf(shown), JSON.stringify([asked, window])).toEqual(await windowsBySql(network.pool, scope, window))
      if (window.kind === 'TUMBLING') expect(shown.reduce((sum, one) => sum + one.ballots, late), 'windows + late').toBe(ballots)
    }
  }
}
/** The last hour by windows of 10 s, the empty ones left out: these panes are young. */
async function recent(id: string, last: number): Promise<[start: string, ballots: number][]> {
  const shown = await asking.timelineOf(id, { kind: 'TUMBLING', size: 10 }, { from: last })
  return shown.flatMap(({ start, ballots }) => ballots > 0 ? [[start, ballots]] : [])
}

describe('windows that have become old', () => {
  test('are kept by the minute, then by the hour, and what can still be asked for is what plain SQL counts, in a closed election and on imported time', async () => {
    const elections = [[closed, LAST], [imported, LAST_IMPORTED]] as const
    const before = [await recent(closed, LAST), await recent(imported, LAST_IMPORTED)]
    // A worker looks for old windows as it starts, and then every hour.
    await network.workers[MINUTES]?.kill()
    await network.workers[MINUTES]?.start()
    for (const [id, last] of elections) {
      await refuses(id, last, 10, 'is PT1M')
      await expectOracle(id, [{ kind: 'TUMBLING', size: 600 }, { kind: 'TUMBLING', size: 3_600 }, { kind: 'TUMBLING', size: 86_400 }, { kind: 'CUMULATIVE', size: 3_600 }, { kind: 'HOPPING', size: 7_200, advance: 600 }])
    }

    await network.workers[MINUTES]?.stop()
    await network.workers[HOURS]?.start()
    for (const [id, last] of elections) {
      await refuses(id, last, 600, 'is PT1H')
      await expectOracle(id, [{ kind: 'TUMBLING', size: 3_600 }, { kind: 'TUMBLING', size: 86_400 }, { kind: 'CUMULATIVE', size: 7_200 }, { kind: 'HOPPING', size: 21_600, advance: 3_600 }])
    }
    expect([await recent(closed, LAST), await recent(imported, LAST_IMPORTED)]).toEqual(before)
    for (const id of [closed, imported]) expect((await network.run('recount', ['--election', await slugOf(id)])).code, 'the recount agrees').toBe(0)
  })
})

async function slugOf(id: string): Promise<string> {
  return (await network.graphql<{ election: { slug: string } }>('query($id: ID!) { election(id: $id) { slug } }', { id })).election.slug
}
