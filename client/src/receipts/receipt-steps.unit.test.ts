import { describe, expect, it } from 'vitest'
import { receiptSteps } from './receipt-steps.js'

const secret = { ballotSecrecy: 'SECRET' } as const
const open = { ballotSecrecy: 'OPEN' } as const

describe('the way of a secret ballot', () => {
  const reached = (state: 'ACCEPTED' | 'TABULATED' | 'PUBLISHED', choicesReleased = false) => receiptSteps({ state, choicesReleased, election: secret })
  it('is accepted until it is counted in turnout, whatever goes on behind', () => {
    expect([reached('ACCEPTED').reached, reached('TABULATED').reached]).toEqual(['ACCEPTED', 'ACCEPTED'])
  })
  it('is counted in turnout while its choices are held back', () => expect(reached('PUBLISHED').reached).toBe('COUNTED'))
  it('ends with its choices released', () => {
    expect(reached('PUBLISHED', true)).toEqual({ steps: ['ACCEPTED', 'COUNTED', 'RELEASED'], reached: 'RELEASED' })
  })
})

describe('the way of an open ballot', () => {
  it('is accepted, tabulated, published', () => {
    const reached = (['ACCEPTED', 'TABULATED', 'PUBLISHED'] as const).map((state) => receiptSteps({ state, choicesReleased: state === 'PUBLISHED', election: open }))
    expect(reached.map((one) => one.reached)).toEqual(['ACCEPTED', 'TABULATED', 'PUBLISHED'])
    expect(reached[0]?.steps).toEqual(['ACCEPTED', 'TABULATED', 'PUBLISHED'])
  })
})
