import { KAFKA_AWAY, type FaultKind } from '../faults/fault-kinds.js'
import type { Recovery } from './recovery.js'

export type Stage = 'accepting' | 'relaying' | 'counting' | 'publishing'

export interface Goal { kind: FaultKind | typeof KAFKA_AWAY, stage: Stage, withinMs: number }

/** How soon each part is to be back. Taken from faults that came alone. */
export const GOALS: readonly Goal[] = [
  { kind: 'API killed', stage: 'accepting', withinMs: 2_000 },
  { kind: 'Postgres killed', stage: 'accepting', withinMs: 5_000 },
  { kind: 'worker killed', stage: 'relaying', withinMs: 3_000 },
  { kind: 'worker killed', stage: 'counting', withinMs: 5_000 },
  { kind: 'worker killed', stage: 'publishing', withinMs: 5_000 },
  { kind: 'relay killed', stage: 'relaying', withinMs: 3_000 },
  { kind: 'tabulator killed', stage: 'counting', withinMs: 5_000 },
  { kind: 'publisher killed', stage: 'publishing', withinMs: 3_000 },
  { kind: KAFKA_AWAY, stage: 'publishing', withinMs: 60_000 },
]

/** Faults that a goal is set for and that need no `KAFKA_AWAY`; roles apart. */
export const KINDS_WITH_GOALS = ['API killed', 'Postgres killed', 'relay killed', 'tabulator killed', 'publisher killed'] as const satisfies readonly FaultKind[]

export interface StageTimes { measured: number, medianMs: number, worstMs: number }

export interface KindTimes { kind: string, done: number, alone: number, stages: Partial<Record<Stage, StageTimes>> }

const STAGES: readonly Stage[] = ['accepting', 'relaying', 'counting', 'publishing']

/** Times by kind of fault, of those that came alone. */
export function timesByKind(recoveries: readonly Recovery[]): KindTimes[] {
  const kinds = [...new Set(recoveries.map(({ fault }) => fault.kind))]
  return kinds.map((kind) => {
    const all = recoveries.filter(({ fault }) => fault.kind === kind)
    const alone = all.filter(({ isDisturbed }) => !isDisturbed)
    const stages = STAGES.flatMap((stage) => {
      const times = alone.flatMap((one) => one[stage] ?? []).toSorted((one, other) => one - other)
      const [medianMs, worstMs] = [times[Math.floor((times.length - 1) / 2)], times.at(-1)]
      return medianMs === undefined || worstMs === undefined ? [] : [[stage, { measured: times.length, medianMs, worstMs }] as const]
    })
    return { kind, done: all.length, alone: alone.length, stages: Object.fromEntries(stages) }
  })
}

/** `worst` is missing where no such fault came alone. */
export interface Reached { goal: Goal, worst?: { of: number, ms: number, isReached: boolean } }

/** Each goal of a fault that was inflicted, with the worst time that was measured for it, if there was any. */
export function heldAgainst(goals: readonly Goal[], times: readonly KindTimes[]): Reached[] {
  return goals.flatMap((goal): Reached[] => {
    const kind = times.find((one) => one.kind === goal.kind)
    const found = kind?.stages[goal.stage]
    if (kind === undefined) return []
    return [found === undefined ? { goal } : { goal, worst: { of: found.measured, ms: found.worstMs, isReached: found.worstMs <= goal.withinMs } }]
  })
}
