import { createResults, PANE_MS, type PaneSeries } from '@livetally/core/election'
import type { ShownRevision } from '../live/shown-revision.js'
import { breakfastElection } from '../testing/breakfast-election.js'

type Panes = PaneSeries['panes']

/** Panes of ballots alone: `[start in ms, ballots]`. */
export function panesOf(...cast: readonly [start: number, ballots: number, sizeMs?: number][]): Panes {
  return cast.map(([start, ballots, sizeMs = PANE_MS]) => ({ start, sizeMs, counts: [ballots] }))
}

/** A revision of the breakfast election that holds these panes, whatever is asked for. */
export function shownPanes(panes: Panes, { asOf = 65_000, finalUntil = 60_000, late = 0, revision = 1, timeZone = 'UTC', eligible, corrected = 0, opensAt = 0 }: {
  asOf?: number | null, finalUntil?: number, late?: number, revision?: number, timeZone?: string, eligible?: number, corrected?: number, opensAt?: number
} = {}): ShownRevision {
  const election = { ...breakfastElection({ timeZone }), opensAt: new Date(opensAt) }
  return {
    election,
    at: { ...createResults(election.structure).at(), panes: () => [...panes], late: () => [late], corrected: () => [corrected], eligibleVoters: () => eligible },
    facts: { revision, publishedAt: 70_000, status: 'UNOFFICIAL_PARTIAL', asOf, finalUntil, vector: [] },
  }
}
