import { expect, test } from 'vitest'
import { table } from './table.js'

test('a table puts names to the left and figures to the right', () => {
  expect(table(['baker', 'rolls'], [['rye', '7'], ['wholemeal', '120']])).toBe([
    '  baker       rolls',
    '  rye             7',
    '  wholemeal     120',
  ].join('\n'))
})
