import { describe, expect, test } from 'vitest'
import { delaysOf, type Seen } from './viewers.js'

const seen: Seen[] = [
  { at: 100, ballotsCast: 1, boxes: new Map([[0, 1]]) },
  { at: 150, ballotsCast: 3, boxes: new Map([[0, 1], [1, 2]]) },
  { at: 200, ballotsCast: 4, boxes: new Map([[0, 2], [1, 2]]) },
]
const answer = (tracker: string, answeredAt: number) => ({ tracker, askedAt: 0, answeredAt })

describe('the delay of a ballot', () => {
  test('ends with the first message whose box reaches behind it', () => {
    const places = new Map([['first', { box: 0, seq: 0 }], ['elsewhere', { box: 1, seq: 1 }], ['last', { box: 0, seq: 1 }]])
    expect(delaysOf(places, [answer('first', 90), answer('elsewhere', 140), answer('last', 120)], seen)).toEqual([10, 10, 80])
  })

  test('is nothing when the message was faster than the answer', () => {
    expect(delaysOf(new Map([['quick', { box: 0, seq: 0 }]]), [answer('quick', 130)], seen)).toEqual([0])
  })

  test('cannot be told of a ballot that nobody ever saw', () => {
    expect(() => delaysOf(new Map([['lost', { box: 0, seq: 9 }]]), [answer('lost', 1)], seen)).toThrow('Ballot lost was acknowledged and never published.')
  })
})
