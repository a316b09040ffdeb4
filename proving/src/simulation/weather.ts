import { DEFAULT_RETENTION, type Retention } from '@livetally/stream-workers/parts'
import type { Random } from './random.js'

/**
 * How rough a schedule is. Each seed draws its own, with many faults left out in each: where everything fails at once,
 * most of what fails hides the rest.
 */
export interface Weather {
  latency(): number
  /** How long a pause of `ms` really takes. Never less; often more, as on a busy machine. */
  pause(ms: number): number
  crashes(): boolean
  losesRequest(): boolean
  losesAnswer(): boolean
  /** Whether a broker takes only a part of a request. */
  tearsRequest(): boolean
  /** What becomes of a record on its way into a topic. */
  record(): 'KEPT' | 'LOST' | 'REPEATED' | 'LATE' | 'EARLY'
  /** Whether a consumer's position is set back, so that records come again. */
  forgetsPosition(): boolean
  readonly hasZombies: boolean
  readonly hasOutages: boolean
  readonly hasWipes: boolean
  readonly hasRestores: boolean
  readonly hasClockJumps: boolean
  readonly hasPauses: boolean
  readonly hasRebuilds: boolean
  readonly hasEdits: boolean
  readonly hasCorrections: boolean
  readonly hasExtensions: boolean
  /** How many times as much clerks and operators do. */
  readonly haste: number
  /** How old a backup may be that is put back. */
  readonly oldestBackupMs: number
  /** How long results keep their detail: for ever in some schedules, for seconds in others. */
  readonly retention: Retention
  /** True if no record sent to a topic can be lost or shuffled in this schedule. */
  readonly isLogSound: boolean
  /** No record is lost on its way, or put before one that was there. */
  readonly isOrderKept: boolean
  /** The same, but for the database. */
  readonly isLogKept: boolean
  /** From now on nothing fails any more. */
  clear(): void
}

/** What a schedule must have or be, whatever its seed draws. */
export type WeatherWish = Partial<Pick<Weather, 'hasRestores' | 'hasPauses' | 'hasRebuilds' | 'hasEdits' | 'hasCorrections' | 'hasExtensions' | 'haste' | 'oldestBackupMs'>> & { readonly late?: number, readonly repeated?: number }

const SHORT_RETENTION: Retention = { panes: { tenSecondsKeptMs: 3_000, minutesKeptMs: 0, lookMs: 4_000, atOnceMs: 0 }, revisionsKeptMs: 1_000 }

export function createWeather(random: Random, wish: WeatherWish = {}): Weather {
  const sometimes = (probability: number, most: number): number => random.chance(probability) ? most * random.next() : 0
  const crash = sometimes(0.5, 0.004)
  const request = sometimes(0.4, 0.02)
  const answer = sometimes(0.5, 0.02)
  const torn = sometimes(0.3, 0.05)
  const lost = sometimes(0.4, 0.2)
  const repeated = wish.repeated ?? sometimes(0.5, 0.3)
  const late = wish.late ?? sometimes(0.4, 0.2)
  const early = sometimes(0.4, 0.2)
  const forgotten = sometimes(0.4, 0.2)
  const slow = random.chance(0.3) ? 10 : 1
  const has = (probability: number): boolean => random.chance(probability)
  const [hasZombies, hasOutages, hasWipes, hasRestores, hasClockJumps, hasPauses] = [has(0.4), has(0.3), has(0.25), wish.hasRestores ?? has(0.25), has(0.3), wish.hasPauses ?? has(0.3)]
  const [hasRebuilds, hasEdits, hasCorrections] = [wish.hasRebuilds ?? has(0.25), wish.hasEdits ?? has(0.3), wish.hasCorrections ?? has(0.4)]
  const hasExtensions = wish.hasExtensions ?? random.fork('extensions').chance(0.3)
  const retention = has(0.25) ? SHORT_RETENTION : DEFAULT_RETENTION
  let isClear = false
  const happens = (probability: number): boolean => !isClear && probability > 0 && random.chance(probability)
  return {
    latency() {
      const kind = random.next()
      if (isClear || kind < 0.7) return 0.2 + random.next() * 3
      return kind < 0.95 ? 3 + random.next() * 40 * slow : 40 + random.next() * 400 * slow
    },
    pause: (ms) => Math.max(ms, 100 + random.next() * (isClear ? 200 : 500)),
    crashes: () => happens(crash),
    losesRequest: () => happens(request),
    losesAnswer: () => happens(answer),
    tearsRequest: () => happens(torn),
    record() {
      if (happens(lost)) return 'LOST'
      if (happens(repeated)) return 'REPEATED'
      if (happens(late)) return 'LATE'
      return happens(early) ? 'EARLY' : 'KEPT'
    },
    forgetsPosition: () => happens(forgotten),
    hasZombies, hasOutages, hasWipes, hasRestores, hasClockJumps, hasPauses, hasRebuilds,
    hasEdits, hasCorrections, hasExtensions, retention, haste: wish.haste ?? 1, oldestBackupMs: wish.oldestBackupMs ?? Number.POSITIVE_INFINITY,
    isOrderKept: lost === 0 && early === 0,
    isLogKept: lost === 0 && !hasWipes && torn === 0 && !hasOutages,
    isLogSound: lost === 0 && !hasWipes && !hasRestores,
    clear() { isClear = true },
  }
}
