import { createComparison, type ContestComparison } from './compare.js'
import type { DerivedElection } from './derive-election.js'
import type { DerivedContest } from './draft-contest.js'
import { plainCandidate, plainContest } from './plain-keys.js'
import { placeKey, type PlainRow } from './plain-sums.js'

/** Votes that were counted: `place/channel/option` in local ids → votes; `overByUnit` and `underByUnit`: place → over and under votes. */
export interface FoundVotes { byUnit: ReadonlyMap<string, number>, overByUnit?: ReadonlyMap<string, number>, underByUnit?: ReadonlyMap<string, number> }

export interface PlainComparison {
  /** What was counted in a contest of open ballots. */
  add(contest: DerivedContest, found: FoundVotes): void
  /** What was counted in a contest of secret ballots: option → votes. Only sums of all places are compared then. */
  addTotals(contest: DerivedContest, totals: ReadonlyMap<string, number>): void
  /** The line of the table. `ballots`: place → ballots that were counted. */
  end(ballots: ReadonlyMap<string, number>): ContestComparison
}

/** Holds what was counted against the plain sums of the file, by the words for places, contests and candidates. */
export function comparePlain({ precincts, contests }: Pick<DerivedElection, 'precincts' | 'contests'>, rows: readonly PlainRow[]): PlainComparison {
  const places = new Map(precincts.map(({ id, county, name }) => [id, placeKey(county, name)]))
  const isKnown = new Set(places.values())
  const mine = rows.filter(({ place }) => isKnown.has(place))
  const names = new Set(mine.map(({ contest, candidate }) => `${contest}|${candidate}`))
  const [found, marks] = [new Map<string, number>(), new Map<string, number>()]
  let isWhole = false
  const nameOf = ({ office, district }: DerivedContest, { candidate, party }: DerivedContest['options'][number]): string => {
    const contest = plainContest(office, district ?? '')
    const straight = ['', party ?? '', candidate].map((text) => `${contest}|party ${text.toLowerCase().slice(0, 3)}`)
    return [`${contest}|${plainCandidate(candidate, party ?? '')}`, ...straight].find((name) => names.has(name)) ?? `${contest}|${plainCandidate(candidate, party ?? '')}`
  }
  return {
    add: (contest, { byUnit, overByUnit = new Map(), underByUnit = new Map() }) => {
      const nameOfId = new Map(contest.options.map((option) => [option.id, nameOf(contest, option)]))
      for (const [key, votes] of byUnit) {
        const [unit = '', channel = '', option = ''] = key.split('/')
        add(found, `${places.get(unit) ?? unit}|${channel}|${nameOfId.get(option) ?? option}`, votes)
      }
      const name = plainContest(contest.office, contest.district ?? '')
      for (const [unit, votes] of overByUnit) add(marks, `OVER|${places.get(unit) ?? unit}|${name}`, votes)
      for (const [unit, votes] of underByUnit) add(marks, `UNDER|${places.get(unit) ?? unit}|${name}`, votes)
    },
    addTotals: (contest, totals) => {
      isWhole = true
      for (const option of contest.options) add(found, nameOf(contest, option), totals.get(option.id) ?? 0)
    },
    end: (ballots) => {
      const comparison = createComparison('the file, summed apart')
      const wanted = new Map<string, number>()
      for (const row of mine) for (const [channel, votes] of row.kind === 'VOTES' ? row.channels : []) add(wanted, isWhole ? `${row.contest}|${row.candidate}` : `${row.place}|${channel}|${row.contest}|${row.candidate}`, votes)
      for (const key of new Set([...wanted.keys(), ...found.keys()])) comparison.check(key.replaceAll('|', ', '), wanted.get(key) ?? 0, found.get(key))
      const counted = new Map<string, number>()
      for (const [unit, count] of ballots) add(counted, places.get(unit) ?? unit, count)
      if (!isWhole) compareMarks(mine, contests, { marks, ballots: counted }, comparison.check)
      compareBallots(mine, counted, comparison.check)
      return comparison.end({ cast: sum(wanted), counted: sum(found) })
    },
  }
}

type Check = (where: string, cast: number, found: number | undefined) => void

/**
 * Over and under votes of contests that are the only one of their name and allow one mark: of others a ballot loses several
 * votes at once, which no file tells apart. Under votes where they, the votes and the over votes are the ballots of the place.
 */
function compareMarks(rows: readonly PlainRow[], contests: readonly DerivedContest[], found: { marks: ReadonlyMap<string, number>, ballots: ReadonlyMap<string, number> }, check: Check): void {
  const named = contests.map((contest) => ({ name: plainContest(contest.office, contest.district ?? ''), contest }))
  const single = new Set(named.filter(({ name, contest }) => contest.votesAllowed === 1 && contest.options.length > 1 && named.filter((one) => one.name === name).length === 1).map(({ name }) => name))
  const cast = ballotsIn(rows)
  const sums = { VOTES: new Map<string, number>(), OVER: new Map<string, number>(), UNDER: new Map<string, number>() }
  for (const { place, contest, kind, channels } of rows) if (kind !== 'BALLOTS' && kind !== 'NONE' && single.has(contest)) add(sums[kind], `${place}|${contest}`, sum(channels))
  for (const key of sums.VOTES.keys()) {
    const [votes, over, under] = [sums.VOTES, sums.OVER, sums.UNDER].map((map) => map.get(key) ?? 0) as [number, number, number]
    if (sums.OVER.has(key)) check(`over votes of ${key.replaceAll('|', ', ')}`, over, found.marks.get(`OVER|${key}`))
    const place = key.split('|')[0] ?? ''
    if (sums.UNDER.has(key) && votes + over + under === cast.get(place) && cast.get(place) === found.ballots.get(place)) check(`under votes of ${key.replaceAll('|', ', ')}`, under, found.marks.get(`UNDER|${key}`))
  }
}

/** Ballots of places of which the file counts them, where its contests need no more. */
function compareBallots(rows: readonly PlainRow[], counted: ReadonlyMap<string, number>, check: Check): void {
  const ofContest = new Map<string, number>()
  for (const { place, contest, kind, channels } of rows) if (kind === 'VOTES' || kind === 'OVER') for (const [channel, votes] of channels) add(ofContest, `${place}|${channel}|${contest}`, votes)
  const needed = new Map<string, Map<string, number>>()
  for (const [key, votes] of ofContest) {
    const [place = '', channel = ''] = key.split('|')
    const own = needed.get(place) ?? new Map<string, number>()
    needed.set(place, own.set(channel, Math.max(own.get(channel) ?? 0, votes)))
  }
  for (const [place, ballots] of ballotsIn(rows)) if (ballots >= sum(needed.get(place) ?? new Map())) check(`ballots of ${place}`, ballots, counted.get(place))
}

function ballotsIn(rows: readonly PlainRow[]): Map<string, number> {
  const cast = new Map<string, number>()
  for (const { place, kind, party, channels } of rows) if (kind === 'BALLOTS' && party === '' && !cast.has(place)) cast.set(place, sum(channels))
  return cast
}

function add(sums: Map<string, number>, key: string, count: number): void {
  if (count !== 0) sums.set(key, (sums.get(key) ?? 0) + count)
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0)
}
