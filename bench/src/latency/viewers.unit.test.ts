import { describe, expect, test } from 'vitest'
import { releaseDelaysOf, type SeenChoices } from './released.js'
import { delaysOf, type Seen } from './viewers.js'

const seen: Seen[] = [
  { at: 100, ballotsCast: 1, boxes: new Map([[0, 1]]) },
  { at: 150, ballotsCast: 3, boxes: new Map([[0, 1], [1, 2]]) },
  { at: 200, ballotsCast: 4, boxes: new Map([[0, 2], [1, 2]]) },
]
const answer = (tracker: string, answeredAt: number) => ({ tracker, askedAt: 0, answeredAt })

describe('the delay of a ballot', () => {
  test('ends with the first message whose box reaches behind it', () => {
    const places = new Map([['first', { box: 0, seq: 0, unit: 'mill' }], ['elsewhere', { box: 1, seq: 1, unit: 'mill' }], ['last', { box: 0, seq: 1, unit: 'mill' }]])
    expect(delaysOf(places, [answer('first', 90), answer('elsewhere', 140), answer('last', 120)], seen)).toEqual([10, 10, 80])
  })

  test('is nothing when the message was faster than the answer', () => {
    expect(delaysOf(new Map([['quick', { box: 0, seq: 0, unit: 'mill' }]]), [answer('quick', 130)], seen)).toEqual([0])
  })

  test('cannot be told of a ballot that nobody ever saw', () => {
    expect(() => delaysOf(new Map([['lost', { box: 0, seq: 9, unit: 'mill' }]]), [answer('lost', 1)], seen)).toThrow('Ballot lost was acknowledged and never published.')
  })
})

describe('the delay of a ballot\'s choices', () => {
  const shown: SeenChoices[] = [
    { at: 100, frontier: new Map() },
    { at: 300, frontier: new Map([['0/mill', 12]]) },
    { at: 500, frontier: new Map([['0/mill', 12], ['0/weir', 20]]) },
  ]
  const places = new Map([['at the mill', { box: 0, seq: 11, unit: 'mill' }], ['at the weir', { box: 0, seq: 3, unit: 'weir' }], ['the mill\'s last', { box: 0, seq: 12, unit: 'mill' }]])

  test('ends with the message in which those of its place are shown beyond it', () => {
    expect(releaseDelaysOf(places, [answer('at the mill', 90), answer('at the weir', 90)], shown, 600)).toEqual({ ms: [210, 410], held: 0 })
  })

  test('lasts to the end where they were never shown', () => {
    expect(releaseDelaysOf(places, [answer('the mill\'s last', 100)], shown, 600)).toEqual({ ms: [500], held: 1 })
  })
})
