const STEPS = [10, 25, 50, 75, 100] as const

/** What a full track of share bars stands for, in percent: one of a few steps, so that bars do not rescale at every vote. */
export function shareScale(percents: readonly (number | null)[]): number {
  const greatest = Math.max(0, ...percents.map((percent) => percent ?? 0))
  return STEPS.find((step) => greatest <= step) ?? 100
}
