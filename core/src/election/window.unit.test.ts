import { expect, test } from 'vitest'
import { paneStart } from './window.js'

test.each([[0, 0], [9_999, 0], [10_000, 10_000], [1_762_000_012_345, 1_762_000_010_000], [-1, -10_000]])('a ballot of %i ms falls into the pane that begins at %i', (at, start) => {
  expect(paneStart(at)).toBe(start)
})
