import { Gauge, type Registry } from 'prom-client'
import type { SystemReading } from './system-watch.js'

/** Elections of which series are shown: the newest, for an installation may hold thousands. Sums are over all. */
const MOST_ELECTIONS = 20

/** How far counting is, whichever worker lives: looked up in Postgres when Prometheus asks, at most once a second. */
export function observeSystem(registry: Registry, read: () => Promise<SystemReading>): void {
  const registers = [registry]
  const newest = ({ positions }: SystemReading) => positions.toSorted((one, other) => other.election - one.election).slice(0, MOST_ELECTIONS)
  const up: Gauge = new Gauge({
    name: 'livetally_up', help: 'Whether a part answers this process: 1 or 0. 0 for postgres: no votes are accepted; for kafka: votes are accepted and results come from Postgres, later.', labelNames: ['part'], registers,
    async collect() {
      const { postgres, kafka } = await read()
      up.set({ part: 'postgres' }, postgres === 'UP' ? 1 : 0)
      if (kafka !== 'NOT_USED') up.set({ part: 'kafka' }, kafka === 'UP' ? 1 : 0)
    },
  })
  const entries: Gauge = new Gauge({
    name: 'livetally_entries', help: `Entries of an election (ballots, ticks and corrections) that are accepted, tabulated and published, for the ${MOST_ELECTIONS} newest. accepted pulling away from tabulated for a minute: no tabulator works; tabulated from published: no publisher does.`, labelNames: ['election', 'state'], registers,
    async collect() {
      const reading = await read()
      entries.reset()
      for (const { election, accepted, tabulated, published } of newest(reading)) {
        for (const [state, count] of Object.entries({ accepted, tabulated, published })) entries.set({ election, state }, count)
      }
    },
  })
  const ballots: Gauge = new Gauge({
    name: 'livetally_ballots', help: `Ballots of an election that are accepted, tabulated and published, for the ${MOST_ELECTIONS} newest; ticks and corrections are none. Standing still while people vote: see livetally_cast_verdicts_total, or livetally_entries for where they wait.`, labelNames: ['election', 'state'], registers,
    async collect() {
      const reading = await read()
      ballots.reset()
      for (const { election, ballots: progress } of newest(reading)) {
        for (const [state, count] of Object.entries(progress)) ballots.set({ election, state }, count)
      }
    },
  })
  const behind: Gauge = new Gauge({
    name: 'livetally_unpublished_entries', help: 'Entries accepted and not published yet, over all elections. Above 0 for more than some seconds after voting pauses: a worker is missing or stuck; livetally_entries says which.', registers,
    async collect() { behind.set((await read()).positions.reduce((sum, { accepted, published }) => sum + Math.max(0, accepted - published), 0)) },
  })
  const age: Gauge = new Gauge({
    name: 'livetally_revision_age_seconds', help: `Age of the newest revision of an election, for the ${MOST_ELECTIONS} newest. Grows while nobody votes, which is well; growing while livetally_unpublished_entries is above 0: publishing is stuck.`, labelNames: ['election'], registers,
    async collect() {
      const reading = await read()
      age.reset()
      for (const { election, publishedAt } of newest(reading)) if (publishedAt !== null) age.set({ election }, Math.max(0, Date.now() - publishedAt) / 1_000)
    },
  })
}
