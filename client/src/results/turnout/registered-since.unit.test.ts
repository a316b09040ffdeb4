import { describe, expect, it } from 'vitest'
import { registeredSince } from './registered-since.js'

describe('registered voters', () => {
  it('have become more by those who registered while somebody looks on', () => expect(registeredSince({ eligibleVoters: 120_000 }, { eligibleVoters: 120_031 })).toBe(31))
  it.each([
    ['they stay as many', { eligibleVoters: 120_000 }, { eligibleVoters: 120_000 }], ['they have become fewer', { eligibleVoters: 120_000 }, { eligibleVoters: 119_000 }],
    ['nobody knows how many there were', { eligibleVoters: null }, { eligibleVoters: 50 }], ['nobody knows how many there are', { eligibleVoters: 50 }, { eligibleVoters: null }],
    ['nothing is there yet', null, { eligibleVoters: 50 }], ['nothing is there any more', { eligibleVoters: 50 }, null],
  ])('are said to be no more where %s', (_when, first, now) => expect(registeredSince(first, now)).toBe(0))
})
