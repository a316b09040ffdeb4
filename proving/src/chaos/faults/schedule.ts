import { createRandom } from '@livetally/simulator'
import { FAULT_KINDS, lengthsOf, type FaultKind } from './fault-kinds.js'

export interface PlannedFault {
  kind: FaultKind
  /** From the beginning of the voting. */
  atMs: number
  lengthMs: number
  /** Which of several: a process, a topic, a way. Taken modulo however many there are. */
  target: number
}

export interface ScheduleOptions {
  seed: number
  lengthMs: number
  /** Kinds that this machine cannot do. */
  without?: readonly FaultKind[]
  /** Deal only these, if any are named. */
  only?: readonly FaultKind[]
  /** Each alone, and the system at rest before the next: for times that say something. */
  isEachAlone?: boolean
}

/** Voting in peace at the beginning and at the end, so that there is something to compare with. */
const PEACE_MS = 3_000

/** From the end of one fault to the next. Now and then two come together. */
const GAP_MS = [7_000, 12_000] as const
/** Where there is little time for many: new faults meet what the last ones left. */
const SHORT_GAP_MS = [1_500, 3_000] as const
const SHORT_MS = 180_000
const TOGETHER = 0.15

/**
 * Deals faults like cards: every kind once, in an order of the seed's own, then all again. The same seed and length give the
 * same schedule.
 */
export function planFaults({ seed, lengthMs, without = [], only = [], isEachAlone = false }: ScheduleOptions): PlannedFault[] {
  const random = createRandom(`chaos/${seed}`)
  const between = ([from, to]: readonly [number, number]): number => Math.round(from + random.next() * (to - from))
  const faults: PlannedFault[] = []
  let deck: FaultKind[] = []
  let atMs = PEACE_MS
  for (;;) {
    if (deck.length === 0) deck = FAULT_KINDS.filter((kind) => !without.includes(kind) && (only.length === 0 || only.includes(kind)))
    const [kind] = deck.splice(random.below(deck.length), 1)
    if (kind === undefined) return faults
    const fault = { kind, atMs, lengthMs: between(lengthsOf(kind)), target: random.below(1_000) }
    const isTogether = random.next() < TOGETHER && !isEachAlone
    const gap = between(lengthMs < SHORT_MS && !isEachAlone ? SHORT_GAP_MS : GAP_MS)
    if (fault.atMs + fault.lengthMs + PEACE_MS > lengthMs) return faults
    faults.push(fault)
    atMs += isTogether ? Math.round(gap / 10) : fault.lengthMs + gap
  }
}
