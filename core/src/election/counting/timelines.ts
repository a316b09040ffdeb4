import type { Layout } from '../structure/layout.js'
import type { Structure } from '../structure/structure.js'
import { PANE_MS, paneSize, paneStart, type RolledPanes } from '../window.js'
import type { MutableRow, TallyRows } from './tally-rows.js'

/** One scope of event time: the whole election (unit `''`), or a first-level unit. */
export interface Timeline {
  readonly unit: string
  readonly layout: Layout
  pane(at: number): MutableRow
  late(): MutableRow
}

export interface Timelines {
  of(unit: string): Timeline
  /** Panes that end at or before this instant rest in the store alone from now on: nothing is added to them any more. */
  forgetBefore(openFrom: number): void
}

/** Panes in rows of the views `pane` and `late`, beginning with those that are stored. */
export function createTimelines({ structure, rows, rolled }: { structure: Structure, rows: TallyRows, rolled: RolledPanes }): Timelines {
  const timelines = new Map<string, { readonly timeline: Timeline, readonly panes: Map<number, MutableRow> }>()
  let forgottenTo = Number.NaN

  const known = (unit: string) => {
    const found = timelines.get(unit)
    if (found !== undefined) return found
    const panes = new Map<number, MutableRow>()
    const layout = structure.layout(unit)
    const timeline: Timeline = {
      unit,
      layout,
      pane(at) {
        const size = paneSize(at, rolled)
        const start = paneStart(at, size)
        const pane = panes.get(start) ?? rows.get('pane', `${unit}/${start}${size === PANE_MS ? '' : `/${size}`}`, layout.width)
        panes.set(start, pane)
        return pane
      },
      late: () => rows.get('late', unit, layout.width),
    }
    const made = { timeline, panes }
    timelines.set(unit, made)
    return made
  }
  for (const row of rows.of('pane')) {
    const [unit = '', start] = row.key.split('/')
    known(unit).panes.set(Number(start), row)
  }
  return {
    of: (unit) => known(unit).timeline,
    forgetBefore(openFrom) {
      if (paneStart(openFrom) === forgottenTo) return
      forgottenTo = paneStart(openFrom)
      for (const { panes } of timelines.values()) {
        for (const [start, row] of panes) {
          if (start + paneSize(start, rolled) > openFrom) continue
          panes.delete(start)
          rows.forget(row)
        }
      }
    },
  }
}
