import { beforeEach, describe, expect, it } from 'vitest'
import { createBoothMemory, emptyMemory } from './booth-memory.js'
import { selectionsOf, toggleMark } from './marks.js'
import { formatVotingCode, isVotingCode } from './voting-code.js'

const mayor = { id: 'mayor', votesAllowed: 1 }
const council = { id: 'council', votesAllowed: 2 }

describe('marks on a ballot', () => {
  it('replace each other where one vote is allowed', () => {
    expect(toggleMark(toggleMark({}, mayor, 'a'), mayor, 'b')).toEqual({ mayor: ['b'] })
  })
  it('are taken back when marked again', () => expect(toggleMark({ council: ['a', 'b'] }, council, 'a')).toEqual({ council: ['b'] }))
  it('never become more than are allowed', () => expect(toggleMark({ council: ['a', 'b'] }, council, 'c')).toEqual({ council: ['a', 'b'] }))
  it('make a ballot with every contest, blank ones too', () => {
    expect(selectionsOf([mayor, council], { council: ['a'] })).toEqual([{ contestId: 'mayor', optionIds: [] }, { contestId: 'council', optionIds: ['a'] }])
  })
})

describe('a voting code', () => {
  it.each(['7kq2m4xd9trb', ' 7KQ2 M4XD 9TRB ', '7KQ2-M4XD-9TRB', '７ＫＱ２ーＭ４ＸＤー９ＴＲＢ', '“7KQ2−M4XD—9TRB”', '7KQ2\u200bM4XD\u31649TRB'])('is understood as typed: %s', (typed) => expect(formatVotingCode(typed)).toBe('7KQ2-M4XD-9TRB'))
  it('is complete with twelve letters and digits', () => expect([isVotingCode('7KQ2-M4XD-9TR'), isVotingCode('7kq2m4xd9trb')]).toEqual([false, true]))
})

describe('what the booth keeps', () => {
  beforeEach(() => sessionStorage.clear())

  it('survives a reload in the middle of sending, with the very same key', () => {
    const unanswered = { idempotencyKey: 'k1', selections: [{ contestId: 'mayor', optionIds: ['a'] }] }
    createBoothMemory({ electionId: 'e1' }).write({ ...emptyMemory, unanswered })
    expect(createBoothMemory({ electionId: 'e1' }).read().unanswered).toEqual(unanswered)
  })
  it('is apart for each election', () => {
    createBoothMemory({ electionId: 'e1' }).write({ ...emptyMemory, receipt: { tracker: 't', castAt: '', isRepeated: false } })
    expect(createBoothMemory({ electionId: 'e2' }).read()).toEqual(emptyMemory)
  })
  it('is gone when the voter leaves', () => {
    const memory = createBoothMemory({ electionId: 'e1' })
    memory.write({ ...emptyMemory, receipt: { tracker: 't', castAt: '', isRepeated: false } })
    memory.forget()
    expect(memory.read()).toEqual(emptyMemory)
  })
  it('is nothing where the storage holds nonsense', () => {
    sessionStorage.setItem('livetally.booth.e1', '{')
    expect(createBoothMemory({ electionId: 'e1' }).read()).toEqual(emptyMemory)
  })
})
