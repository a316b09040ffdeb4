import { checkDefinition } from '@livetally/core/election'
import { array, assert, constantFrom, integer, oneof, property, record, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveElection } from './derive-election.js'
import { readPrecinctFile } from './precinct-file.js'

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** Names that make like ids, and any others. */
const name = oneof(constantFrom('Fox 1', 'Fox-1', 'Fox #1', 'fox.1', 'write-in', 'county-otter', 'district.fox-1', 'ward-01', '01-01', '李明', '王芳', 'A'.repeat(90), `${'A'.repeat(90)}b`), string({ unit: 'grapheme', minLength: 1, maxLength: 12 }))
const row = record({ county: constantFrom('Otter', 'otter!', 'Beaver'), precinct: name, office: name, district: constantFrom('', '1', '1a', 'Fox 1'), party: constantFrom('', 'X/Y', 'X-Y', 'Dem', 'xy'), candidate: name, votes: integer({ min: 1, max: 3 }) })

describe('ids that are made of names', () => {
  it('are never those of another, and always ids of a definition', () => {
    let taken = 0
    assert(property(array(row, { minLength: 1, maxLength: 12 }), (rows) => {
      const text = ['county,precinct,office,district,party,candidate,votes', ...rows.map((one) => [one.county, one.precinct, one.office, one.district, one.party, one.candidate, String(one.votes)].map(quote).join(','))].join('\n')
      const check = readPrecinctFile(Buffer.from(text), { duplicates: 'add', isPrimary: false })
      if (!check.ok) return
      taken += 1
      const { definition } = deriveElection(check.file, { slug: 'ids', now: Date.UTC(2026, 10, 3) })
      const problems = checkDefinition(definition)
      expect(problems.ok ? [] : problems.problems).toEqual([])
      for (const ids of [definition.reportingUnits, definition.contests, definition.parties ?? [], ...definition.contests.map(({ options }) => options)].map((list) => list.map(({ id }) => id))) expect(new Set(ids).size).toBe(ids.length)
    }), { numRuns: 120 })
    expect(taken).toBeGreaterThan(60)
  })
})
