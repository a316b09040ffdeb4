import { describe, expect, it } from 'vitest'
import { summaryLines } from './summary.js'
import { addAnswer, createTally, type SimulationTally } from './tally.js'

const accepted = (repeated: boolean) => ({ type: 'VoteAccepted', tracker: 't', castAt: '2026-11-03T12:00:00Z', repeated }) as const

function tallyOf(...answers: Parameters<typeof addAnswer>[3][]): SimulationTally {
  const tally = createTally()
  for (const answer of answers) addAnswer(tally, 'FIRST', 'v-1', answer)
  return tally
}

describe('the tally of a simulation', () => {
  it('tells first votes, repeats and refusals apart', () => {
    const tally = tallyOf(accepted(false), accepted(true), { type: 'NotEligible', message: '' }, { type: 'NoAnswer', code: 'UNREACHABLE', message: '' })
    expect(tally).toMatchObject({ accepted: 1, repeated: 1, refused: { NotEligible: 1, 'no answer (UNREACHABLE)': 1 }, wrong: [] })
  })

  it('expects a second try to be refused, and calls it wrong where it is not', () => {
    const tally = createTally()
    addAnswer(tally, 'SECOND_TRY', 'v-1', { type: 'AlreadyVoted', message: '' })
    expect(tally).toMatchObject({ doubleVotesRefused: 1, refused: {}, wrong: [] })
    addAnswer(tally, 'SECOND_TRY', 'v-2', accepted(false))
    expect(tally.wrong).toEqual(['v-2 voted twice and both were accepted'])
  })

  it('calls it wrong where a repeated request becomes a new vote', () => {
    const tally = createTally()
    addAnswer(tally, 'REPEAT', 'v-1', accepted(false))
    expect(tally.wrong).toEqual(['the repeated request of v-1 was counted as a new vote'])
  })

  it('is right only where every accepted ballot is published', () => {
    const tally = tallyOf(accepted(false), accepted(false))
    expect(summaryLines(tally, 12, 10)).toMatchObject({ isRight: true, lines: expect.arrayContaining(['Every accepted ballot is in the published results.']) })
    expect(summaryLines(tally, 15, 10)).toMatchObject({ isRight: true, lines: expect.arrayContaining(['Every accepted ballot is in the published results, and 3 of others who voted meanwhile.']) })
    expect(summaryLines(tally, 11, 10)).toMatchObject({ isRight: false, lines: expect.arrayContaining(['1 accepted ballots are NOT in the published results.']) })
  })
})
