import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { createWords } from '../../i18n/index.js'
import SecrecyNote from './SecrecyNote.vue'

const secret = { ballotSecrecy: 'SECRET', releaseSize: 10 } as const
const noteOf = (ballotsCast: number, ballotsCorrected: number, choicesPending: number): string =>
  mount(SecrecyNote, { props: { election: secret, results: { ballotsCast, ballotsCorrected, choicesPending } }, global: { plugins: [createWords()] } }).text()

describe('the sentence on secrecy', () => {
  it('leaves corrections aside, and says so in a sentence of its own', () => {
    expect(noteOf(60, 20, 10)).toBe('Choices of 30 of 40 ballots: shown in groups of at least 10, so that no ballot can be read off. Corrections are left aside here.')
    expect(noteOf(20, -20, 0)).toBe('Choices of all 40 ballots: added in groups of at least 10, wherever as many were cast. Corrections are left aside here.')
  })
  it('says nothing of corrections where there are none', () => {
    expect(noteOf(40, 0, 10)).toBe('Choices of 30 of 40 ballots: shown in groups of at least 10, so that no ballot can be read off.')
  })
})
