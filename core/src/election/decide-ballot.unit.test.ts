import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Ballot } from './ballot.js'
import { decideBallot } from './decide-ballot.js'
import { anyElectionWithBallots } from './elections-under-test.js'
import { crumbleton } from './fixtures/index.js'
import { compileStructure } from './structure/structure.js'
import { createTally } from './counting/tally.js'

const structure = compileStructure(crumbleton.definition)
const ballot: Ballot = { unit: 'mill', channel: 'ONLINE', attributes: { age: 'young', crust: 'thin' }, selections: { baker: ['rye'], council: ['plum', 'fig', 'nut'], pie: ['apple'] } }
const decide = (changes: Partial<Ballot>) => decideBallot(structure, { ...ballot, ...changes })

describe('a ballot', () => {
  test.each<[string, Partial<Ballot>]>([
    ['is filled in completely', {}],
    ['is blank', { selections: {} }],
    ['leaves contests out, or names them without a mark', { selections: { baker: [] } }],
    ['makes fewer marks than allowed', { selections: { council: ['nut'] } }],
    ['tells nothing of its voter', { attributes: {} }],
    ['is on paper and has too many marks: that is counted as overvotes', { channel: 'ELECTION_DAY', selections: { baker: ['rye', 'brioche'], council: ['plum', 'fig', 'nut', 'lemon'] } }],
  ])('fits if it %s', (_what, changes) => {
    expect(decide(changes)).toEqual({ fits: true, ballot: { ...ballot, ...changes } })
  })

  test.each<[string, Partial<Ballot>, string[]]>([
    ['comes from nowhere', { unit: 'atlantis' }, ['Ballots are cast in a precinct or polling place; "atlantis" is not one of this election.']],
    ['comes from a ward, where nobody votes', { unit: 'north' }, ['Ballots are cast in a precinct or polling place; "north" is not one of this election.']],
    ['makes too many marks at a screen', { selections: { baker: ['rye', 'brioche'] } }, ['The contest "baker" allows 1 mark; 2 were made.']],
    ['makes four marks of three', { selections: { council: ['plum', 'fig', 'nut', 'lemon'] } }, ['The contest "council" allows 3 marks; 4 were made.']],
    ['names a stranger', { selections: { baker: ['nobody'] } }, ['"nobody" is not an option of the contest "baker".']],
    ['marks somebody twice, also on paper', { channel: 'EARLY', selections: { council: ['plum', 'plum'] } }, ['An option of the contest "council" is marked twice.']],
    ['votes in a contest of another district', { unit: 'lighthouse', selections: { pie: ['apple'] } }, ['The contest "pie" is not on the ballot of "lighthouse".']],
    ['votes in a contest that does not exist', { selections: { mayor: ['rye'] } }, ['This election has no contest "mayor".']],
    ['tells of its voter what nobody asked', { attributes: { income: 'high' } }, ['This election knows no attribute "income".']],
    ['tells something unknown', { attributes: { age: 'ancient' } }, ['"ancient" is not a value of the attribute "age".']],
    ['carries names of the language it is written in', { unit: '__proto__' }, ['Ballots are cast in a precinct or polling place; "__proto__" is not one of this election.']],
    ['has several things wrong: all are named', { attributes: { age: 'ancient' }, selections: { baker: ['nobody', 'rye'], mayor: [] } }, [
      '"ancient" is not a value of the attribute "age".', '"nobody" is not an option of the contest "baker".', 'The contest "baker" allows 1 mark; 2 were made.', 'This election has no contest "mayor".',
    ]],
  ])('does not fit if it %s', (_what, changes, problems) => {
    expect(decide(changes)).toEqual({ fits: false, problems })
  })

  test('that fits can always be counted', () => {
    fc.assert(fc.property(anyElectionWithBallots, ({ structure: any, ballots }) => {
      const tally = createTally(any)
      const fitting = ballots.filter((one) => decideBallot(any, one).fits)
      expect(fitting.map((one) => tally.add(one))).toEqual(fitting.map(() => true))
      for (const one of ballots.filter(({ channel }) => channel !== 'ONLINE')) expect(decideBallot(any, one).fits).toBe(true)
    }))
  })
})
