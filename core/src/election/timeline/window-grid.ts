import type { ClockChange, WallClock } from './wall-clock.js'

/** Event time cut into windows side by side: each instant lies in exactly one. Instants are ms. */
export interface WindowGrid {
  /** Where the window that holds `at` begins. */
  startOf(at: number): number
  /** Where it ends, which is where the next one begins. */
  endOf(at: number): number
}

/**
 * Windows of `sizeMs` by the clocks on the wall: a size that divides a day begins with local midnight. A window is the time
 * during which the clocks show the same slot. When they are put forward, slots are shorter or missing; when they are put
 * back by a slot or more, the slots that are shown twice are two windows each, and otherwise the slot is longer. So a day
 * has 23 or 25 hours, and each of them is one hour.
 */
export function createWindowGrid(clock: WallClock, sizeMs: number): WindowGrid {
  const slotOf = (at: number): number => Math.floor(clock.reading(at) / sizeMs)
  const intoSlot = (at: number): number => clock.reading(at) - slotOf(at) * sizeMs
  const beginsWindow = ({ at, by }: ClockChange): boolean => by <= -sizeMs || slotOf(at) !== slotOf(at - 1)
  const startOf = (at: number): number => {
    const start = at - intoSlot(at)
    const change = clock.lastChange(start, at)
    if (change === undefined) return start
    return beginsWindow(change) ? change.at : startOf(change.at - 1)
  }
  const endOf = (at: number): number => {
    const end = at - intoSlot(at) + sizeMs
    const change = clock.firstChange(at, end)
    if (change === undefined) return end
    return beginsWindow(change) ? change.at : endOf(change.at)
  }
  return { startOf, endOf }
}
