import type { FaultKind } from '../faults/fault-kinds.js'
import type { Recovery } from './recovery.js'

export type Stage = 'accepting' | 'relaying' | 'counting' | 'publishing'

export interface Goal { kind: FaultKind, stage: Stage, withinMs: number }

/** How soon each part is to be back. Taken from faults that came alone. */
export const GOALS: readonly Goal[] = [
  { kind: 'API killed', stage: 'accepting', withinMs: 2_000 },
  { kind: 'Postgres killed', stage: 'accepting', withinMs: 5_000 },
  { kind: 'worker killed', stage: 'relaying', withinMs: 3_000 },
  { kind: 'worker killed', stage: 'counting', withinMs: 5_000 },
  { kind: 'worker killed', stage: 'publishing', withinMs: 5_000 },
]

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

/** Undefined where nothing was measured. */
export function isReached({ kind, stage, withinMs }: Goal, times: readonly KindTimes[]): boolean | undefined {
  const found = times.find((one) => one.kind === kind)?.stages[stage]
  return found === undefined ? undefined : found.worstMs <= withinMs
}
