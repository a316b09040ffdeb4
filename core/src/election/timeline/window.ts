import type { Pane } from './pane.js'
import type { WindowGrid } from './window-grid.js'

/** What was cast within `[start, end)`, ms; counts shaped as those of the panes. */
export interface Window { readonly start: number, readonly end: number, readonly counts: readonly number[], readonly isFinal: boolean }

/** What windows are cut from. */
export interface PaneSeries {
  /** Ascending, none overlapping another. Panes in which nothing was cast may be missing. */
  readonly panes: readonly Pane[]
  /** Length of every count vector. */
  readonly width: number
  /** Nothing that was cast before this instant can be added to a pane any more, ms. */
  readonly finalUntil: number
}

/** Which windows are wanted: those that touch `[from, to)`, at most so many. */
export interface WantedWindows { readonly from?: number | undefined, readonly to?: number | undefined, readonly most: number }

export type Windows =
  | { readonly kind: 'WINDOWS', readonly windows: Window[] }
  /** More than wanted at most; `count` is how many there would be, or nearly. */
  | { readonly kind: 'TOO_MANY', readonly count: number }
  /** An edge falls inside this pane, whose ballots nobody can divide any more. */
  | { readonly kind: 'CUTS_PANE', readonly pane: Pane }

/** One stretch of the grid; without counts where no pane lies in it. */
export interface Step { readonly start: number, readonly end: number, readonly counts: readonly number[] | undefined }

export type SeriesGrid = { readonly series: PaneSeries, readonly grid: WindowGrid, readonly wanted: WantedWindows }
