import { WHOLE_ELECTION, type ResultRow, type Structure, type Unit } from '@livetally/core/election'

/** What has to be told anew, as keys: `contest/unit`, `unit`, `names/contest`, `contest/start` of a pane, kind of unit. Contest `''`: ballots alone. */
const KINDS = ['contests', 'units', 'breakdowns', 'panes', 'rankings'] as const
export type Touched = Readonly<Record<(typeof KINDS)[number], Set<string>>>

/** Remembers which records of topics `results.*` no longer say what the newest revision says; at first, all of them. */
export interface TouchedResults {
  /** How many things wait. */
  readonly waiting: number
  /** Everything that sums this row up. */
  touch(structure: Structure, row: ResultRow): void
  /** The pane that begins then (ms), of every contest. */
  touchPane(structure: Structure, start: number): void
  /** Moves at most so many things out: those of one kind before those of the next, rankings last, as they sum up the others. */
  take(most: number): Touched
  /** What the last `take` moved out waits again. */
  putBack(): void
}

export function createTouchedResults(first: Structure): TouchedResults {
  const touched = everything(first)
  let taken = nothing()
  const touchUnit = (structure: Structure, unit: string): void => {
    touched.units.add(unit)
    const kind = rankedAs(structure.units.get(unit))
    if (kind !== undefined) touched.rankings.add(kind)
  }
  const touchUnits = (structure: Structure, leaf: string, contests: readonly string[]): void => {
    const cell = structure.secrecy?.cell(leaf)
    for (const unit of [...cell === undefined || cell.leaves.length === 1 ? [leaf] : [], ...cell?.containers ?? structure.units.get(leaf)?.containers ?? [], WHOLE_ELECTION]) {
      touchUnit(structure, unit)
      for (const contest of contests) touched.contests.add(`${contest}/${unit}`)
    }
  }
  return {
    get waiting() { return KINDS.reduce((sum, kind) => sum + touched[kind].size, 0) },
    touch(structure, { view, key, counts }) {
      const [first = '', second = ''] = key.split('/')
      switch (view) {
        // Turnout of secret ballots, without choices, has one place.
        case 'place': return touchUnits(structure, first, counts.length === 1 ? [] : contestsIn(structure, first))
        case 'eligible':
          // Whether the roll names everybody may have changed with it, and so whether groups have a turnout.
          for (const names of structure.breakdowns) touched.breakdowns.add(`${names.join(',')}/`)
          return touchUnits(structure, first, [])
        case 'electorate':
          if (first !== '') touched.breakdowns.add(`${first}/`)
          return
        case 'breakdown':
          touched.breakdowns.add(`${first}/`)
          if (structure.secrecy === undefined) for (const contest of structure.contests.keys()) touched.breakdowns.add(`${first}/${contest}`)
          return
        case 'group':
          for (const contest of structure.contests.keys()) touched.breakdowns.add(`${first}/${contest}`)
          return
        case 'pane':
          if (first !== WHOLE_ELECTION) return
          // Contests that nobody of this pane voted in have no record of it; a pane that was taken back is told as zero.
          for (const contest of ['', ...contestsIn(structure, first)]) if (counts[0] === 0 || structure.layout(first).slice(counts, contest)?.[0] !== 0) touched.panes.add(`${contest}/${second}`)
          return
        case 'late':
        case 'joined':
        case 'frontier':
        case 'correction': return
        default: return view satisfies never
      }
    },
    touchPane(structure, start) {
      for (const contest of ['', ...structure.contests.keys()]) touched.panes.add(`${contest}/${start}`)
    },
    take(most) {
      taken = nothing()
      let left = most
      for (const kind of KINDS) {
        for (const id of touched[kind]) {
          if (left <= 0) return taken
          taken[kind].add(id)
          touched[kind].delete(id)
          left -= 1
        }
      }
      return taken
    },
    putBack() {
      for (const kind of KINDS) for (const id of taken[kind]) touched[kind].add(id)
    },
  }
}

function contestsIn(structure: Structure, unit: string): string[] {
  return (structure.secrecy?.cell(unit)?.layout ?? structure.layout(unit)).contests.map(({ id }) => id)
}

/** The kind of units among which this one has a rank; undefined for units that are nowhere. */
function rankedAs(unit: Unit | undefined): string | undefined {
  return unit?.definition.isPlace === true ? unit.definition.kind : undefined
}

function nothing(): Touched {
  return { contests: new Set(), units: new Set(), breakdowns: new Set(), panes: new Set(), rankings: new Set() }
}

function everything(structure: Structure): Touched {
  const units = [...structure.units.values()]
  return {
    contests: new Set([...[...structure.contests.keys()].map((contest) => `${contest}/${WHOLE_ELECTION}`), ...units.flatMap(({ id }) => contestsIn(structure, id).map((contest) => `${contest}/${id}`))]),
    units: new Set([WHOLE_ELECTION, ...units.map(({ id }) => id)]),
    breakdowns: new Set(structure.breakdowns.flatMap((names) => ['', ...structure.contests.keys()].map((contest) => `${names.join(',')}/${contest}`))),
    panes: new Set(),
    rankings: new Set(units.flatMap((unit) => rankedAs(unit) ?? [])),
  }
}
