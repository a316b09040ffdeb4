import { expect, test } from 'vitest'
import { auditSeals } from './seal-audit.js'
import { auditParticipations } from './turnout-audit.js'

const found = { rows: 10, voters: 10, hasRoll: true, offRoll: 0 }

test.each<[what: string, participations: typeof found, countedByCentres: number, sourceBallots: number | undefined, problems: number, remarks: number]>([
  ['everybody is on the roll', found, 0, undefined, 0, 0],
  ['there is no roll', { ...found, hasRoll: false, offRoll: 10 }, 0, undefined, 0, 0],
  ['somebody took part twice', { ...found, voters: 9 }, 0, undefined, 1, 0],
  ['some are beside the roll, no more than centres counted', { ...found, offRoll: 4 }, 4, undefined, 0, 1],
  ['some are beside the roll, more than centres counted', { ...found, offRoll: 5 }, 4, undefined, 1, 0],
  ['as many are beside the roll as were handed in', { ...found, offRoll: 4 }, 4, 4, 0, 0],
  ['fewer are beside the roll than were handed in', { ...found, offRoll: 3 }, 4, 4, 1, 0],
  ['nobody is beside the roll and some were handed in', found, 4, 1, 1, 0],
])('participations are judged where %s', (_what, participations, countedByCentres, sourceBallots, problems, remarks) => {
  const judged = auditParticipations(participations, countedByCentres, sourceBallots)
  expect([judged.problems.length, judged.remarks.length]).toEqual([problems, remarks])
})

test('more beside the roll than centres counted are told with what to do where sources did hand them in', () => {
  expect(auditParticipations({ ...found, offRoll: 6 }, 4, undefined).problems).toEqual([
    '6 participations belong to nobody on the roll, more than the 4 ballots of other channels than ONLINE, so at least 2 that came online are of nobody on the roll. If sources handed such in under numbers of their own, say how many ballots they handed in (--source-ballots)',
  ])
  expect(auditParticipations({ ...found, offRoll: 6 }, 4, 6)).toEqual({ problems: [], remarks: [] })
})

test('boxes of an election that is over end with a seal, all at one time, and others with none', () => {
  const sealed = { box: 0, sealedAt: 5_000, endsWithSeal: true, sealedSeq: 4 }
  const open = { box: 0, sealedAt: undefined, endsWithSeal: false, sealedSeq: null }
  expect(auditSeals(true, [sealed, { ...sealed, box: 1 }])).toEqual([])
  expect(auditSeals(false, [open, { ...open, box: 1 }])).toEqual([])
  expect(auditSeals(true, [sealed, { ...open, box: 1 }])).toEqual(['box 1: voting has ended and it is not sealed', 'box 1: it does not end with a seal'])
  expect(auditSeals(true, [sealed, { ...sealed, box: 1, sealedAt: 6_000 }])).toEqual(['boxes were sealed at 2 different times'])
  expect(auditSeals(false, [sealed])).toEqual(['box 0: it is sealed and voting has not ended'])
})
