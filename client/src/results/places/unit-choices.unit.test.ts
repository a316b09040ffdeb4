import { describe, expect, it } from 'vitest'
import type { ContestUnit } from './documents.js'
import { unitChoices } from './unit-choices.js'

const plum = { id: 'plum', name: 'Plum' }
const mill: ContestUnit = { reportingUnit: { id: 'mill', name: 'Mill', isLeaf: true }, shownWith: null, ballots: 0, votes: 0, isTied: false, leaders: [], tiedForLast: [], totals: [] }
const secret = { ballotSecrecy: 'SECRET', releaseUnits: null } as const
const byWard = { ballotSecrecy: 'SECRET', releaseUnits: 'WARD' } as const
const open = { ballotSecrecy: 'OPEN', releaseUnits: null } as const
const voting = { choicesPending: 12, status: 'UNOFFICIAL_PARTIAL' } as const
const complete = { choicesPending: 0, status: 'UNOFFICIAL_COMPLETE' } as const

describe('a place in the table of a contest', () => {
  it('says that its choices follow while none of its groups is shown, never that it has no votes', () => {
    expect(unitChoices(mill, secret, voting)).toEqual({ kind: 'held' })
  })
  it('says that its choices come at the close where they are shown for wider units until then', () => {
    expect(unitChoices(mill, byWard, voting)).toEqual({ kind: 'afterClose' })
    expect(unitChoices({ ...mill, reportingUnit: { ...mill.reportingUnit, isLeaf: false } }, byWard, voting), 'the wider unit itself').toEqual({ kind: 'held' })
    expect(unitChoices(mill, byWard, complete), 'where nobody voted').toEqual({ kind: 'none' })
  })
  it('names the place that its ballots are counted with', () => {
    expect(unitChoices({ ...mill, shownWith: { id: 'quay', name: 'Quay' } }, secret, complete)).toEqual({ kind: 'elsewhere', unit: 'Quay' })
  })
  it('has no votes where ballots are open, or all are shown', () => {
    expect([unitChoices(mill, open, voting), unitChoices(mill, secret, complete)]).toEqual([{ kind: 'none' }, { kind: 'none' }])
  })
  it('says who leads there, or that it is a tie, or that every ballot is blank', () => {
    const counted = { ...mill, ballots: 20, votes: 18, leaders: [plum], totals: [{ option: plum, share: { percent: 61.1 } }] }
    expect(unitChoices(counted, secret, voting)).toEqual({ kind: 'lead', leaders: ['Plum'], percent: 61.1 })
    const [pear, fig] = [{ id: 'pear', name: 'Pear' }, { id: 'fig', name: 'Fig' }]
    expect(unitChoices({ ...counted, isTied: true, leaders: [plum, pear], tiedForLast: [plum, pear] }, secret, voting)).toEqual({ kind: 'tie', sure: [], tied: ['Plum', 'Pear'] })
    expect(unitChoices({ ...counted, isTied: true, leaders: [plum, pear, fig], tiedForLast: [pear, fig] }, secret, voting)).toEqual({ kind: 'tie', sure: ['Plum'], tied: ['Pear', 'Fig'] })
    expect(unitChoices({ ...counted, votes: 0 }, secret, voting)).toEqual({ kind: 'blank' })
  })
})
