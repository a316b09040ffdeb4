import { BALLOTS, FIRST_OPTION, parseId, WHOLE_ELECTION, type ContestShape, type Election, type PaneSeries } from '@livetally/core/election'
import type { ShownRevision } from '../live/shown-revision.js'
import { badInput } from '../server/errors.js'

/** Of what a timeline is: a contest, or all ballots; the whole election, or a unit whose windows are counted. */
export interface TimelineScope { readonly shape: ContestShape | undefined, readonly unit: string }

export const WHOLE_TIMELINE: TimelineScope = { shape: undefined, unit: WHOLE_ELECTION }

/** The unit that a reader asks the windows of. Throws BAD_USER_INPUT for one whose windows are not counted. */
export function windowUnit(election: Election, id: string | null | undefined): string {
  if (id === null || id === undefined) return WHOLE_ELECTION
  const parsed = parseId(id)
  if (parsed?.kind === 'unit' && parsed.key === election.key && windowUnitsOf(election).includes(parsed.unit)) return parsed.unit
  throw badInput('`reportingUnitId` names no unit whose windows are counted. `Election.windowUnits` lists those that are; without one it is the whole election.')
}

export function windowUnitsOf({ structure }: Election): readonly string[] {
  return structure.firstLevelUnits
}

const known = new WeakMap<ShownRevision, Map<string, PaneSeries>>()

/** The panes of a scope: read once per revision, however many windows are cut from them. */
export function paneSeriesOf(shown: ShownRevision, scope: TimelineScope): PaneSeries {
  const ofRevision = known.get(shown) ?? new Map<string, PaneSeries>()
  known.set(shown, ofRevision)
  const key = `${scope.shape?.id ?? ''}/${scope.unit}`
  const found = ofRevision.get(key)
  if (found !== undefined) return found
  const series: PaneSeries = {
    panes: shown.at.panes(scope.shape?.id ?? '', scope.unit),
    width: scope.shape === undefined ? 1 : FIRST_OPTION + scope.shape.optionIndex.size,
    finalUntil: shown.facts.finalUntil,
  }
  ofRevision.set(key, series)
  return series
}

/** Ballots of a scope that are in no window: those that came too late, and what corrections have added or taken away. */
export interface OutsideWindows { readonly late: number, readonly corrected: number }

export function outsideWindows({ at }: ShownRevision, { shape, unit }: TimelineScope): OutsideWindows {
  const contest = shape?.id ?? ''
  return { late: at.late(contest, unit)[BALLOTS] ?? 0, corrected: at.corrected(contest, unit)[BALLOTS] ?? 0 }
}
