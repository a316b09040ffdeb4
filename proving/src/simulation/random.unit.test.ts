import { expect, test } from 'vitest'
import { drawFrom } from './random.js'

test('a seed gives the same chances every time, and another seed others', () => {
  const draw = (seed: number): number[] => Array.from({ length: 5 }, ((random) => () => random.whole(1, 1_000_000))(drawFrom(String(seed))))
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
})

test('what one part draws does not move the chances of another', () => {
  const first = drawFrom('3')
  const second = drawFrom('3')
  second.fork('dice').next()
  expect(first.fork('cards').bytes(4)).toEqual(second.fork('cards').bytes(4))
})
