import { compileStructure, createTally, type BallotEntry } from '@livetally/core/election'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyElectionWithBallots } from '../../../core/src/election/elections-under-test.js'
import { differingCells, tallied } from './cell-counts.js'
import { createHandCount } from './hand-count.js'
import { recountElection } from './recount-election-under-test.js'

test('a recount of secret ballots finds, cell by cell, what the workers count, although the two share no code', () => {
  const drawn = fc.record({
    drawn: anyElectionWithBallots, choicesByChannel: fc.boolean(), releaseUnits: fc.constantFrom(undefined, 'WARD' as const, 'CITY' as const, 'DISTRICT' as const),
    transactions: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), isSealed: fc.boolean(), box: fc.nat(3),
  })
  fc.assert(fc.property(drawn, ({ drawn: { structure, ballots }, choicesByChannel, releaseUnits, transactions, isSealed, box }) => {
    const definition = { ...structure.definition, ballotSecrecy: 'SECRET' as const, releaseSize: 5, choicesByChannel, ...releaseUnits === undefined ? {} : { releaseUnits } }
    const tally = createTally(compileStructure(definition), undefined, box)
    const count = createHandCount(recountElection(definition), { box })
    const entries = ballots.map((ballot, at): BallotEntry => transactions[at] === true || at === ballots.length - 1 ? { ...ballot, chain: ballot.commitment } : ballot)
    const newest = Math.max(0, ...ballots.map(({ castAt }) => castAt))
    for (const entry of [...entries, ...isSealed ? [{ kind: 'SEAL' as const, seq: entries.length, castAt: newest, commitment: '00', chain: '00' }] : []]) {
      expect(count.count(entry)).toBe(tally.add(entry))
    }
    const cells = new Map(tally.rows().flatMap(({ view, key, counts }) => counts.map((votes, place): [string, number] => [`${view}|${key}|${place}`, votes])))
    expect(differingCells(tallied(count.cells), cells)).toEqual([])
  }), { numRuns: 500 })
})
