import type { VoteChannel } from '@livetally/core/election'
import { createRandom } from '../electorate/random.js'
import { ballotsNeeded, dealVotes } from './deal-votes.js'
import type { DerivedContest } from './draft-contest.js'
import type { DerivedElection } from './derive-election.js'
import { inventSecond } from './event-times.js'
import { overvotedBallots } from './over-votes.js'
import type { Precinct } from './precincts.js'

/** One ballot of a replay, in the words of the definition. */
export interface ReplayBallot {
  precinct: Precinct
  channel: VoteChannel
  /** From 0 within precinct and channel. */
  number: number
  /** Seconds after the opening of the election. */
  second: number
  /** Contests left blank are missing. */
  marks: { contest: DerivedContest, options: number[] }[]
}

export interface ReplayBallots extends Iterable<ReplayBallot> {
  readonly count: number
  /** Ballots by `precinct/channel`; nothing is named that has none. */
  readonly byPlace: ReadonlyMap<string, number>
}

/** All ballots of one precinct and channel: a row of marks per ballot, −1 for none, `width` columns per contest. */
interface Cell { precinct: Precinct, channel: VoteChannel, ballots: number, contests: { contest: DerivedContest, column: number, width: number }[], columns: number, marks: Int16Array }

/**
 * Takes a file's numbers apart into single ballots whose sums are those numbers, precinct by precinct and channel by
 * channel. A precinct and channel gets as many ballots as its fullest contest needs, or as the file counts; the rest are blank elsewhere.
 * The same derived election and seed give the same ballots; they come in the order of their invented times.
 */
export function decomposeBallots(derived: DerivedElection, seed: string | number): ReplayBallots {
  const cells = derived.precincts.flatMap((precinct) => {
    const ballots = ballotsOf(derived, precinct)
    return derived.channels.map((channel, at) => dealCell(derived, { precinct, channel, channelAt: at, ballots: ballots[at] ?? 0 }, seed))
  })
  const count = cells.reduce((sum, { ballots }) => sum + ballots, 0)
  const cellOf = new Uint32Array(count)
  const firstOf = new Uint32Array(cells.length)
  // One sortable number per ballot: its second, then its place among all.
  const order = new Float64Array(count)
  let next = 0
  for (const [at, cell] of cells.entries()) {
    firstOf[at] = next
    const random = createRandom(`times/${seed}/${cell.precinct.key}/${cell.channel}`)
    for (let ballot = 0; ballot < cell.ballots; ballot += 1, next += 1) {
      cellOf[next] = at
      order[next] = inventSecond(random, cell.channel) * count + next
    }
  }
  order.sort()
  return {
    count,
    byPlace: new Map(cells.flatMap(({ precinct, channel, ballots }) => ballots === 0 ? [] : [[`${precinct.id}/${channel}`, ballots] as const])),
    * [Symbol.iterator]() {
      for (const key of order) {
        const place = key % count
        const at = cellOf[place] ?? 0
        const cell = cells[at]
        if (cell !== undefined) yield readBallot(cell, place - (firstOf[at] ?? 0), Math.floor(key / count))
      }
    },
  }
}

/**
 * Ballots of a precinct by channel: those that its contests need, and what the file counts beyond them. Files often count ballots
 * without their channels; no more of them are cast than are counted, whichever channel they are put into.
 */
function ballotsOf(derived: DerivedElection, precinct: Precinct): number[] {
  const counted = derived.ballots?.get(precinct.id) ?? []
  const needed = derived.channels.map((_, channel) => Math.max(0, ...partsOf(derived, precinct, channel).map((part) => ballotsNeeded(part) + part.overvoted)))
  let left = counted.reduce((sum, count) => sum + count, 0) - needed.reduce((sum, count) => sum + count, 0)
  return needed.map((count, channel) => {
    const blank = Math.max(0, Math.min(left, (counted[channel] ?? 0) - count))
    left -= blank
    return count + blank
  })
}

type Part = { contest: DerivedContest, votes: number[], votesAllowed: number, overvoted: number, width: number }

function partsOf(derived: DerivedElection, precinct: Precinct, channelAt: number): Part[] {
  return derived.contests.flatMap((contest) => {
    const votes = contest.votes.get(precinct.id)?.map((counts) => counts[channelAt] ?? 0)
    const overvoted = overvotedBallots(contest, precinct.id, channelAt)
    return votes === undefined ? [] : [{ contest, votes, votesAllowed: contest.votesAllowed, overvoted, width: contest.votesAllowed + (overvoted > 0 ? 1 : 0) }]
  })
}

function dealCell(derived: DerivedElection, { precinct, channel, channelAt, ballots }: { precinct: Precinct, channel: VoteChannel, channelAt: number, ballots: number }, seed: string | number): Cell {
  const parts = partsOf(derived, precinct, channelAt)
  const columns = parts.reduce((sum, { width }) => sum + width, 0)
  const marks = new Int16Array(ballots * columns).fill(-1)
  let column = 0
  const contests = parts.map((part) => {
    const mine = column
    const random = createRandom(`deal/${seed}/${precinct.key}/${channel}/${part.contest.id}`)
    dealVotes(part, ballots, random, (ballot, round, option) => { marks[ballot * columns + mine + round] = option })
    column += part.width
    return { contest: part.contest, column: mine, width: part.width }
  })
  return { precinct, channel, ballots, contests, columns, marks }
}

function readBallot({ precinct, channel, contests, columns, marks }: Cell, number: number, second: number): ReplayBallot {
  const row = number * columns
  return {
    precinct,
    channel,
    number,
    second,
    marks: contests.flatMap(({ contest, column, width }) => {
      const options = [...marks.subarray(row + column, row + column + width)].filter((option) => option >= 0)
      return options.length === 0 ? [] : [{ contest, options }]
    }),
  }
}
