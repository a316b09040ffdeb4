import type { Machine } from './installation.js'
import type { Postgres } from './postgres/postgres.js'
import type { Schedule } from './schedule.js'
import type { Town } from './town.js'
import type { Weather } from './weather.js'

/** A clerk was told that voting lasts until then (ms since 1970). */
export interface AcknowledgedExtension { readonly election: number, readonly closesAt: number }

interface Options { schedule: Schedule, weather: Weather, machines: readonly Machine[], postgres: Postgres, town: Town }

const MOST_BEFORE_CLOSING_MS = 1_500
const MOST_LONGER_MS = 3_000

/** Clerks who have voting last longer, at the last moment: while the API closes what is due by the clock. Returns what they are told. */
export function planExtensions({ schedule, weather, machines, postgres, town }: Options): readonly AcknowledgedExtension[] {
  const random = schedule.random.fork('extensions')
  const acknowledged: AcknowledgedExtension[] = []
  const extend = (election: number): void => {
    const { api } = random.pick(machines.filter(({ kind }) => kind === 'API'))
    schedule.trace.note('clerk', `extends election ${election}`)
    api?.extend(election, random.whole(500, MOST_LONGER_MS)).then((closesAt) => { if (closesAt !== undefined) acknowledged.push({ election, closesAt }) }, () => undefined)
  }
  for (const { key } of weather.hasExtensions ? town.elections : []) {
    const closesInMs = (postgres.tables.elections.get(key)?.closesAt ?? 0) - postgres.now
    for (let left = random.whole(1, 2 * weather.haste); left > 0; left -= 1) schedule.after(closesInMs - random.next() * MOST_BEFORE_CLOSING_MS, () => extend(key))
  }
  return acknowledged
}
