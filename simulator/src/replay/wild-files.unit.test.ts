import { existsSync, readFileSync } from 'node:fs'
import { checkDefinition } from '@livetally/core/election'
import { describe, expect, it } from 'vitest'
import { decomposeBallots } from './decompose-ballots.js'
import { deriveElection, type DerivedElection } from './derive-election.js'
import { readPrecinctFile } from './precinct-file.js'

const DATA = new URL('../../../../shared/data/openelections-wild/', import.meta.url)
const SUMS = 'sums of the votes column by office | district | party | candidate'

type Sums = Record<string, Record<typeof SUMS, Record<string, number>>>

const sums = existsSync(DATA) ? JSON.parse(readFileSync(new URL('SUMS.json', DATA), 'utf8')) as Sums : {}

/** One word for a candidate; nothing is shared with the reader. */
const wordOf = (office: string, candidate: string, party: string): string =>
  /straight/i.test(office) ? `straight ${party}` : /write/i.test(candidate) ? 'write-in' : candidate.toLowerCase().replace(/[^a-z]/g, '')

function expected(file: Record<string, number>): Map<string, number> {
  const votes = new Map<string, number>()
  for (const [key, sum] of Object.entries(file)) {
    const [office = '', district = '', party = '', candidate = ''] = key.split('|').map((text) => text.trim().replace(/^NA$/, ''))
    if (/^(registered voters|ballots cast( blank)?)$/i.test(office) || /^(over|under) ?votes$/i.test(candidate)) continue
    const name = `${office.toLowerCase()} / ${district} / ${wordOf(office, candidate, party)}`
    votes.set(name, (votes.get(name) ?? 0) + sum)
  }
  return votes
}

/** The sums of the single ballots that would be cast. */
function cast(derived: DerivedElection): Map<string, number> {
  const names = new Map(derived.contests.map((contest) => [contest.id, contest.options.map(({ candidate, party }) => `${contest.office.toLowerCase()} / ${contest.district ?? ''} / ${wordOf(contest.office, candidate, party ?? '')}`)]))
  const votes = new Map([...names.values()].flat().map((name) => [name, 0]))
  for (const { marks } of decomposeBallots(derived, 3)) {
    for (const { contest, options } of marks) {
      if (options.length > contest.votesAllowed) continue
      for (const option of options) {
        const name = names.get(contest.id)?.[option] ?? ''
        votes.set(name, (votes.get(name) ?? 0) + 1)
      }
    }
  }
  return votes
}

describe.skipIf(!existsSync(DATA))('a published precinct file', () => {
  it.each(Object.keys(sums))('%s is cast with exactly the votes of its candidates', (name) => {
    const check = readPrecinctFile(readFileSync(new URL(name, DATA)))
    if (!check.ok) throw new Error(check.problems.join('\n'))
    const derived = deriveElection(check.file, { slug: 'wild', now: Date.UTC(2026, 10, 3) })
    const definition = checkDefinition(derived.definition)
    expect(definition.ok ? [] : definition.problems).toEqual([])
    expect(cast(derived)).toEqual(expected(sums[name]?.[SUMS] ?? {}))
  })

  it('is one of fifteen', () => { expect(Object.keys(sums)).toHaveLength(15) })
})
