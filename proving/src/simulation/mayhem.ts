import { TOPIC } from '@livetally/core/events'
import type { Installation } from './installation.js'
import type { Postgres } from './postgres/postgres.js'
import type { Schedule } from './schedule.js'
import type { Town } from './town.js'
import type { Weather } from './weather.js'

interface Options { schedule: Schedule, weather: Weather, installation: Installation, postgres: Postgres, town: Town, onRestoring: () => void, onRestored: () => void }

/** Plans what befalls the installation before `untilMs`: frozen and killed processes, servers away, wiped topics, a restored database, jumping clocks, a hesitant clerk. */
export function planMayhem({ schedule, weather, installation, postgres, town, onRestoring, onRestored }: Options, untilMs: number): void {
  const { random, trace } = schedule
  const { kafka, machines } = installation
  const between = (least: number, most: number): number => least + random.next() * (most - least)
  const sometimes = (most: number, who: string, what: string, work: () => void): void => {
    for (let left = random.whole(1, most); left > 0; left -= 1) schedule.after(random.next() * untilMs, () => {
      trace.note(who, what)
      work()
    })
  }
  if (random.chance(0.5)) sometimes(3, 'mayhem', 'kills a process', () => random.pick(machines).kill(between(0, 4_000)))
  if (weather.hasZombies) sometimes(4, 'mayhem', 'freezes a process', () => random.pick(machines).freeze(between(200, 14_000)))
  if (random.chance(0.2)) sometimes(2, 'mayhem', 'restarts a process gently', () => random.pick(machines).restart())
  if (weather.hasOutages) {
    sometimes(2, 'postgres', 'restarts', () => postgres.restart(between(0, 4_000)))
    sometimes(2, 'kafka', 'restarts', () => kafka.restart(between(0, 8_000)))
  }
  if (weather.hasWipes) sometimes(2, 'kafka', 'loses a topic', () => kafka.topics.wipe(random.pick([TOPIC.ballots, TOPIC.tallies, TOPIC.results])))
  if (weather.hasClockJumps) {
    sometimes(2, 'postgres', 'has its clock set', () => postgres.jump(between(-20_000, 20_000)))
    sometimes(2, 'mayhem', 'sets the clock of a machine', () => random.pick(machines).jump(between(-20_000, 20_000)))
  }
  for (let left = weather.hasRestores ? weather.haste : 0; left > 0; left -= 1) {
    const backedUpAt = random.next() * untilMs * 0.8
    schedule.after(backedUpAt, () => {
      trace.note('postgres', 'is backed up')
      postgres.backUp()
    })
    schedule.after(between(backedUpAt, Math.min(untilMs, backedUpAt + weather.oldestBackupMs)), () => {
      trace.note('postgres', 'is restored from its backup')
      onRestoring()
      postgres.restore()
      onRestored()
    })
  }
  const clerk = (key: number, change: 'pause' | 'resume' | 'close') => (): void => { void random.pick(machines.filter(({ kind }) => kind === 'API')).api?.changePhase(key, change).catch(() => undefined) }
  for (const { key } of town.elections) {
    if (weather.hasPauses) {
      sometimes(2 * weather.haste, 'clerk', `pauses election ${key}`, clerk(key, 'pause'))
      sometimes(3 * weather.haste, 'clerk', `resumes election ${key}`, clerk(key, 'resume'))
    }
    if (random.chance(0.3)) schedule.after(between(0.5, 1) * untilMs, () => {
      trace.note('clerk', `closes election ${key} early`)
      clerk(key, 'close')()
    })
  }
}
