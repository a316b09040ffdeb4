import type { VoteChannel } from '@livetally/core/election'
import type { Random } from '../electorate/random.js'

/** The election day of a replay lasts 13 hours and ends an hour before a day has passed since the opening, so that no invented time lies in the future. */
const DAY_START_S = 10 * 3600
const HOURS = 13

/** How busy polling places are from the first hour (7 a.m.) to the last: before work, at noon, after work. */
const HOURLY: readonly number[] = [9, 10, 8, 6.5, 6, 7, 7.5, 6.5, 6.5, 8, 10, 10, 5]

/**
 * An invented second of casting, counted from the opening of the election: mail is opened first, then early votes, then
 * polling places. Whole minutes: a file that says nothing of time should not look more exact than that.
 */
export function inventSecond(random: Random, channel: VoteChannel): number {
  return Math.floor(drawSecond(random, channel) / 60) * 60
}

function drawSecond(random: Random, channel: VoteChannel): number {
  switch (channel) {
    case 'ABSENTEE_MAIL': return DAY_START_S + random.below(5400)
    case 'EARLY': return DAY_START_S + random.below(7200)
    case 'PROVISIONAL': return DAY_START_S + 6 * 3600 + random.below((HOURS - 6) * 3600)
    case 'ELECTION_DAY': case 'ONLINE': return DAY_START_S + random.weighted(HOURLY) * 3600 + random.below(3600)
  }
}
