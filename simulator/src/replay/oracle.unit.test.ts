import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkDefinition } from '@livetally/core/election'
import { decomposeBallots } from './decompose-ballots.js'
import { deriveElection, type DerivedElection } from './derive-election.js'
import type { DerivedContest } from './draft-contest.js'
import { readPrecinctFile, type PrecinctFile } from './precinct-file.js'

const DATA = new URL('../../../../shared/data/', import.meta.url)

interface OracleContest { office: string, district?: string, ballot_group?: string[], precincts: number, total: number, channels: Record<string, number>, candidates: ({ candidate: string, party: string, votes: number } & Record<string, number | string>)[] }
interface Oracle { rows: number, contests_count: number, contests: OracleContest[], precincts: { in_file: number } }

function open(folder: string): { oracle: Oracle, file: PrecinctFile } {
  const base = new URL(`${folder}/`, DATA)
  const name = readdirSync(base).find((entry) => entry.endsWith('.csv.gz')) ?? ''
  const check = readPrecinctFile(readFileSync(new URL(name, base)))
  if (!check.ok) throw new Error(check.problems.join('\n'))
  return { oracle: JSON.parse(readFileSync(new URL('ORACLE.json', base), 'utf8')) as Oracle, file: check.file }
}

function contestLike(derived: DerivedElection, { office, district, ballot_group: group }: OracleContest): DerivedContest | undefined {
  return derived.contests.find((contest) => contest.office === office && (district ?? '') === (contest.district ?? '')
    && (group === undefined || group.every((candidate) => contest.options.some((option) => option.candidate === candidate))))
}

/** Precincts, and each candidate's votes in all and by channel. */
function outlineOf({ office, precincts, candidates }: OracleContest): { office: string, precincts: number, candidates: Record<string, unknown[]> } {
  return { office, precincts, candidates: Object.fromEntries(candidates.map((one) => [one.candidate, [one.votes, one['election_day'], one['mail'] ?? one['absentee'], one['provisional']]])) }
}

function totalOf({ votes }: DerivedContest, option: number, channel?: number): number {
  return [...votes.values()].reduce((sum, counts) => sum + (counts[option] ?? []).reduce((left, count, at) => left + (channel === undefined || channel === at ? count : 0), 0), 0)
}

/** Counts single ballots from nothing: contest → precinct → votes by option and channel. */
function recount(derived: DerivedElection): Map<string, Map<string, number[][]>> {
  const counted = new Map(derived.contests.map((contest) => [contest.id, new Map([...contest.votes].map(([precinct, votes]) => [precinct, votes.map((counts) => counts.map(() => 0))]))]))
  for (const { precinct, channel, marks } of decomposeBallots(derived, 7)) {
    const at = derived.channels.indexOf(channel)
    for (const { contest, options } of marks) {
      if (options.length > contest.votesAllowed || new Set(options).size !== options.length) throw new Error(`a ballot of ${precinct.id} has marks that ${contest.id} does not allow`)
      for (const option of options) {
        const counts = counted.get(contest.id)?.get(precinct.id)?.[option]
        if (counts === undefined) throw new Error(`${contest.id} is not on the ballot of ${precinct.id}`)
        counts[at] = (counts[at] ?? 0) + 1
      }
    }
  }
  return counted
}

describe.skipIf(!existsSync(DATA)).each([
  ['philadelphia-2024', 38],
  ['allegheny-2020', 33],
  ['allegheny-2024', 33],
])('the precinct file of %s', (folder, contestCount) => {
  let oracle: Oracle
  let file: PrecinctFile
  let derived: DerivedElection

  beforeAll(() => {
    ({ oracle, file } = open(folder))
    derived = deriveElection(file, { slug: folder, now: Date.UTC(2026, 10, 3) })
  }, 60_000)

  it('has the contests, candidates and totals that are known of it', () => {
    expect(file.rows.length).toBe(oracle.rows)
    expect(derived.precincts.length).toBe(oracle.precincts.in_file)
    expect(derived.contests.length).toBe(contestCount)
    expect(oracle.contests.length).toBe(contestCount)
    const found = oracle.contests.map((expected) => {
      const contest = contestLike(derived, expected)
      if (contest === undefined) return { office: expected.office, isMissing: true }
      return { ...outlineOf(expected), precincts: contest.votes.size, candidates: Object.fromEntries(contest.options.map(({ candidate }, option) => [candidate, [totalOf(contest, option), ...derived.channels.map((_, channel) => totalOf(contest, option, channel))]])) }
    })
    expect(found).toEqual(oracle.contests.map(outlineOf))
  })

  it('makes a definition without problems, in which each contest belongs to exactly its precincts', () => {
    const check = checkDefinition(derived.definition)
    expect(check.ok ? [] : check.problems).toEqual([])
    const leavesOf = (id: string): string[] => {
      const unit = derived.definition.reportingUnits.find((one) => one.id === id)
      const parts = unit?.composedOf ?? derived.definition.reportingUnits.filter(({ parent }) => parent === id).map((one) => one.id)
      return parts.length === 0 ? [id] : parts.flatMap(leavesOf)
    }
    expect(derived.contests.map((contest) => [contest.title, leavesOf(contest.reportingUnit).toSorted()])).toEqual(derived.contests.map((contest) => [contest.title, [...contest.votes.keys()].toSorted()]))
  })

  it('comes apart into ballots whose sums are its numbers, in every precinct and channel', () => {
    const counted = recount(derived)
    expect(counted).toEqual(new Map(derived.contests.map((contest) => [contest.id, contest.votes])))
  }, 60_000)
})
