import { expect, test } from 'vitest'
import { checkWindowSpec } from './window-kind.js'

const [MINUTE, HOUR] = [60_000, 3_600_000]

test.each([
  ['TUMBLING', { sizeMs: MINUTE }, { kind: 'TUMBLING', sizeMs: MINUTE }],
  ['TUMBLING', { sizeMs: 24 * HOUR }, { kind: 'TUMBLING', sizeMs: 24 * HOUR }],
  ['HOPPING', { sizeMs: HOUR, advanceMs: 10_000 }, { kind: 'HOPPING', sizeMs: HOUR, advanceMs: 10_000 }],
  ['HOPPING', { sizeMs: HOUR, advanceMs: HOUR }, { kind: 'HOPPING', sizeMs: HOUR, advanceMs: HOUR }],
  ['CUMULATIVE', { sizeMs: 10_000 }, { kind: 'CUMULATIVE', sizeMs: 10_000 }],
  ['SESSION', { gapMs: HOUR }, { kind: 'SESSION', gapMs: HOUR }],
  ['SESSION', { sizeMs: MINUTE, gapMs: HOUR }, { kind: 'SESSION', gapMs: HOUR }],
] as const)('%s windows of %o can be cut', (kind, lengths, spec) => {
  expect(checkWindowSpec(kind, lengths)).toEqual({ ok: true, spec })
})

test.each([
  ['TUMBLING', {}, 'The `size` of a window'], ['TUMBLING', { sizeMs: 0 }, 'multiple of PT10S'], ['TUMBLING', { sizeMs: 15_000 }, 'multiple of PT10S'],
  ['TUMBLING', { sizeMs: 24 * HOUR + 10_000 }, 'to P1D'], ['TUMBLING', { sizeMs: MINUTE, advanceMs: MINUTE }, 'no `advance`'], ['CUMULATIVE', { sizeMs: MINUTE, advanceMs: MINUTE }, 'no `advance`'],
  ['TUMBLING', { sizeMs: MINUTE, gapMs: MINUTE }, 'no `gap`'], ['HOPPING', { sizeMs: MINUTE, gapMs: MINUTE }, 'no `gap`'],
  ['HOPPING', { sizeMs: MINUTE }, 'divides the `size`'], ['HOPPING', { sizeMs: MINUTE, advanceMs: 25_000 }, 'divides the `size`'], ['HOPPING', { sizeMs: MINUTE, advanceMs: 40_000 }, 'divides the `size`'],
  ['HOPPING', { sizeMs: MINUTE, advanceMs: HOUR }, 'divides the `size`'], ['HOPPING', { sizeMs: 24 * HOUR, advanceMs: 10_000 }, 'At most 360'],
  ['SESSION', { sizeMs: MINUTE }, '`gap` that ends a session'], ['SESSION', { gapMs: 5_000 }, '`gap` that ends a session'], ['SESSION', { gapMs: HOUR, advanceMs: MINUTE }, 'no `advance`'],
] as const)('%s windows of %o are refused: %s', (kind, lengths, problem) => {
  expect(checkWindowSpec(kind, lengths)).toEqual({ ok: false, problem: expect.stringContaining(problem) as string })
})
