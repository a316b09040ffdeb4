import { PANE_MS } from '../window.js'

export const WINDOW_KINDS = ['TUMBLING', 'HOPPING', 'CUMULATIVE', 'SESSION'] as const
export type WindowKind = (typeof WINDOW_KINDS)[number]

/** How a reader wants event time cut. All lengths are whole panes, ms. */
export type WindowSpec =
  | { readonly kind: 'TUMBLING', readonly sizeMs: number }
  /** A window of `sizeMs` begins every `advanceMs`, which divides it. */
  | { readonly kind: 'HOPPING', readonly sizeMs: number, readonly advanceMs: number }
  /** Everything so far, at the end of every `sizeMs`. */
  | { readonly kind: 'CUMULATIVE', readonly sizeMs: number }
  /** Ballots without a pause of `gapMs` between them. */
  | { readonly kind: 'SESSION', readonly gapMs: number }

export const LONGEST_WINDOW_MS = 86_400_000
/** Hopping windows that hold one instant: an hour every 10 s. */
const MOST_OVERLAPPING = 360

export type WindowSpecCheck = { readonly ok: true, readonly spec: WindowSpec } | { readonly ok: false, readonly problem: string }

/** Says whether windows can be cut as asked for, or in one sentence what to ask for instead. Lengths in ms; undefined: not given. */
export function checkWindowSpec(kind: WindowKind, { sizeMs, advanceMs, gapMs }: { sizeMs?: number | undefined, advanceMs?: number | undefined, gapMs?: number | undefined }): WindowSpecCheck {
  const refuse = (problem: string): WindowSpecCheck => ({ ok: false, problem })
  if (kind === 'SESSION') {
    if (advanceMs !== undefined) return refuse('SESSION windows have a `gap` and no `advance`.')
    return isWindowLength(gapMs) ? { ok: true, spec: { kind, gapMs } } : refuse('The `gap` that ends a session is a multiple of PT10S, from PT10S to P1D.')
  }
  if (gapMs !== undefined) return refuse(`${kind} windows have no \`gap\`.`)
  if (!isWindowLength(sizeMs)) return refuse('The `size` of a window is a multiple of PT10S, from PT10S to P1D.')
  if (kind !== 'HOPPING') return advanceMs === undefined ? { ok: true, spec: { kind, sizeMs } } : refuse(`${kind} windows have no \`advance\`.`)
  if (!isWindowLength(advanceMs) || sizeMs % advanceMs !== 0) return refuse('HOPPING windows begin every `advance`: a multiple of PT10S that divides the `size`.')
  if (sizeMs / advanceMs > MOST_OVERLAPPING) return refuse(`At most ${MOST_OVERLAPPING} HOPPING windows may overlap: ask for a longer \`advance\`.`)
  return { ok: true, spec: { kind, sizeMs, advanceMs } }
}

function isWindowLength(ms: number | undefined): ms is number {
  return ms !== undefined && ms >= PANE_MS && ms <= LONGEST_WINDOW_MS && ms % PANE_MS === 0
}
