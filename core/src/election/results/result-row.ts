import type { TallyView } from '../counting/tally-rows.js'

/** The whole election, where a unit could be named. */
export const WHOLE_ELECTION = ''

/**
 * Some views are no tallies, but in a revision so that it holds all it shows: `eligible` has the registered voters of a
 * leaf (`leaf` → `[voters]`), `electorate` those of a group of voters (see `Electorate`), `group` the choices of groups of
 * voters who cast secret ballots, `joined` the place (1 + its index among the leaves) that the choices of another are told with,
 * where release units are wider. Of tallies, what is held back is in no revision.
 */
export type ResultView = Exclude<TallyView, 'held' | 'leaf'> | 'group' | 'joined' | 'eligible' | 'electorate'

/** One absolute record of a revision: the sum over all ballot boxes. Shapes as in `TALLY_VIEWS`. */
export interface ResultRow { readonly view: ResultView, readonly key: string, readonly counts: readonly number[] }
