import { describe, expect, test } from 'vitest'
import { refusalOfClosing, refusalOfExtension } from './closing-time.js'

const closesAt = new Date('2031-05-04T20:00:00Z')
const CLOSING = closesAt.getTime()

describe('an election whose closing has passed', () => {
  test.each([['publish', 'DRAFT'], ['open', 'SCHEDULED']] as const)('%s is refused with what to do', (change, phase) => {
    expect(refusalOfClosing(change, { phase, closesAt }, CLOSING)).toBe(
      `The closing time of this election, 2031-05-04T20:00:00.000Z, has passed: nobody could vote. Give it a later \`closesAt\` with \`updateElection\`, then ${change} it.`)
    expect(refusalOfClosing(change, { phase, closesAt }, CLOSING - 1)).toBeUndefined()
  })

  test('can be asked for what is already so, and for what ends it', () => {
    const asked = [['publish', 'SCHEDULED'], ['open', 'OPEN'], ['close', 'OPEN'], ['close', 'PAUSED'], ['certify', 'CLOSED']] as const
    for (const [change, phase] of asked) expect(refusalOfClosing(change, { phase, closesAt }, CLOSING + 1)).toBeUndefined()
  })
})

describe('an extension', () => {
  const latest = new Date('2031-06-03T20:00:00Z')
  const tooLate = new Date(latest.getTime() + 1)

  test.each(['OPEN', 'PAUSED'] as const)('of more than 30 days at once is refused while it is %s, with the latest time that can be asked for', (phase) => {
    expect(refusalOfExtension({ phase, closesAt }, latest, CLOSING - 1)).toBeUndefined()
    expect(refusalOfExtension({ phase, closesAt }, tooLate, CLOSING - 1)).toBe(
      'Voting can be made to last at most 30 days longer at a time: this election closes at 2031-05-04T20:00:00.000Z, so say a time up to 2031-06-03T20:00:00.000Z.')
  })

  test('that cannot be at all is told so by its phase, not by its length', () => {
    for (const phase of ['DRAFT', 'SCHEDULED', 'CLOSED', 'CERTIFIED'] as const) expect(refusalOfExtension({ phase, closesAt }, tooLate, CLOSING - 1)).toBeUndefined()
    expect(refusalOfExtension({ phase: 'OPEN', closesAt }, tooLate, CLOSING)).toBeUndefined()
  })
})
