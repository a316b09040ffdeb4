import { describe, expect, test } from 'vitest'
import { createWallClock, wallClock } from './wall-clock.js'

const HOUR = 3_600_000
const utc = Date.UTC

describe('the clock on the wall', () => {
  test.each([
    ['UTC', utc(2026, 0, 1), utc(2026, 0, 1)],
    ['America/New_York in winter', utc(2026, 0, 1, 12), utc(2026, 0, 1, 7)],
    ['America/New_York in summer', utc(2026, 6, 1, 12), utc(2026, 6, 1, 8)],
    ['Asia/Kolkata', utc(2026, 0, 1, 12), utc(2026, 0, 1, 17, 30)],
    ['Asia/Kathmandu', utc(2026, 0, 1, 12), utc(2026, 0, 1, 17, 45)],
    ['Pacific/Kiritimati', utc(2026, 0, 1, 12), utc(2026, 0, 2, 2)],
  ])('of %s shows the time there', (name, at, shown) => {
    expect(wallClock(name.split(' ')[0] ?? '').reading(at)).toBe(shown)
  })

  test.each([
    ['America/New_York', 'goes forward in March', utc(2026, 2, 8, 7), HOUR],
    ['America/New_York', 'goes back in November', utc(2026, 10, 1, 6), -HOUR],
    ['Europe/London', 'goes forward in March', utc(2026, 2, 29, 1), HOUR],
    ['Australia/Lord_Howe', 'goes back by half an hour', utc(2026, 3, 4, 15), -HOUR / 2],
    ['America/St_Johns', 'went forward at a minute past midnight', utc(2006, 3, 2, 3, 31), HOUR],
    ['Pacific/Apia', 'left out a whole day', utc(2011, 11, 30, 10), 24 * HOUR],
  ])('of %s %s, to the second', (timeZone, _what, at, by) => {
    const clock = wallClock(timeZone)
    expect(clock.firstChange(at - 20 * HOUR, at + 20 * HOUR)).toEqual({ at, by })
    expect(clock.lastChange(at, at)).toEqual({ at, by })
    expect(clock.firstChange(at, at + HOUR)).toBeUndefined()
    expect(clock.reading(at) - clock.reading(at - 1)).toBe(by + 1)
  })

  test('finds a change at midnight of UTC, which closes the day before', () => {
    const at = utc(2026, 4, 5)
    const clock = createWallClock((instant) => instant < at ? 0 : HOUR)
    expect(clock.firstChange(at - HOUR, at)).toEqual({ at, by: HOUR })
    expect([clock.reading(at - 1), clock.reading(at)]).toEqual([at - 1, at + HOUR])
  })

  test('asks for what it knows no second time, and keeps a bounded number of days', () => {
    let asked = 0
    const clock = createWallClock(() => { asked += 1; return 0 })
    for (let round = 0; round < 10; round += 1) clock.reading(round * HOUR)
    expect(asked).toBe(2)
    for (let day = 0; day < 1_000; day += 1) clock.reading(day * 24 * HOUR)
    expect(clock.reading(0)).toBe(0)
  })
})
