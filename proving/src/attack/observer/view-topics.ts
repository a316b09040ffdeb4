import type { Structure } from '@livetally/core/election'
import type { BreakdownResult, ContestResult, WindowResult } from '@livetally/core/events'
import type { Observation, TellsCounts } from './observation.js'
import { isOther } from './results-topic.js'

interface Named { readonly ballots: number, readonly undervotes: number, readonly overvotes: number, readonly votes: Readonly<Record<string, number>> }

export function readContestResults(structure: Structure, records: readonly ContestResult[]): Observation[] {
  return records.map(({ revision, contest, unit = '', ...named }) => ({
    path: 'topic results.contests', revision, what: `results.contests ${contest}/${unit}`,
    scopes: [{ kind: 'UNIT', unit }], contests: new Map([[contest, countsOf(structure, contest, named)]]),
  }))
}

export function readBreakdownResults(structure: Structure, records: readonly BreakdownResult[]): Observation[] {
  return records.flatMap(({ revision, contest, attributes, cells }) => contest === undefined ? [] : cells.map(({ values, ...named }): Observation => {
    const group = values.join()
    const others = cells.map((cell) => cell.values.join()).filter((one) => !isOther(one))
    return {
      path: 'topic results.breakdowns', revision, what: `results.breakdowns ${contest}/${attributes.join()}/${group}`,
      scopes: [isOther(group) ? { kind: 'GROUP', names: attributes, groups: others, isOther: true } : { kind: 'GROUP', names: attributes, groups: [group], isOther: false }],
      contests: new Map([[contest, countsOf(structure, contest, named)]]),
    }
  }))
}

export function readWindowResults(structure: Structure, records: readonly WindowResult[]): Observation[] {
  return records.flatMap(({ revision, contest, start, end, ...named }) => contest === undefined ? [] : [{
    path: 'topic results.windows', revision, what: `results.windows ${contest}/${start}/${end}`,
    scopes: [{ kind: 'WINDOW', unit: '', start, end }], contests: new Map([[contest, countsOf(structure, contest, named)]]),
  }])
}

function countsOf({ contests }: Structure, contest: string, { ballots, undervotes, overvotes, votes }: Named): TellsCounts {
  return [ballots, undervotes, overvotes, ...contests.get(contest)?.definition.options.map(({ id }) => votes[id] ?? 0) ?? []]
}
