import { describe, expect, it } from 'vitest'
import { keepPlace } from './keep-place.js'

describe('a table that is being read', () => {
  const row = (id: string, ballots: number) => ({ id, ballots })
  const keyOf = (one: { id: string }) => one.id

  it('keeps every row in its place while the numbers change', () => {
    const { rows, isMoved } = keepPlace([row('a', 9), row('b', 8)], [row('b', 12), row('a', 10)], keyOf)
    expect(rows).toEqual([row('a', 10), row('b', 12)])
    expect(isMoved).toBe(true)
  })
  it('puts a row that came where another went', () => {
    expect(keepPlace([row('a', 9), row('b', 8), row('c', 7)], [row('a', 9), row('d', 9), row('c', 7)], keyOf).rows.map(keyOf)).toEqual(['a', 'd', 'c'])
  })
  it('is in order while nothing overtook', () => expect(keepPlace([row('a', 9)], [row('a', 10), row('b', 1)], keyOf).isMoved).toBe(false))
  it('shortens with the answer', () => expect(keepPlace([row('a', 9), row('b', 8)], [row('b', 8)], keyOf).rows).toEqual([row('b', 8)]))
})
