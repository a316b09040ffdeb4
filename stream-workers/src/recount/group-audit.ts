import type { Cells } from './cell-counts.js'
import type { RecordedPartition } from './group-record.js'
import type { RecountContest } from './recount-election.js'
import { createProblems } from './problems.js'
import { findSmallDifference, type Crossing } from './small-difference.js'

/** Which groups of a breakdown (values joined by `,`) count together under `_other`, as it is stored. */
export type JoinedGroups = ReadonlyMap<string, ReadonlySet<string>>

/** The groups that were joined, as no value of a definition is called. */
const OTHER = '_other'

/**
 * Whether published choices by groups of voters are sums of what was counted, with the stored groups joined, and whether they tell
 * of fewer than `releaseSize` ballots anywhere: by themselves, or by what is left of the chunks, the places or another breakdown.
 */
export function auditGroups({ releaseSize, contests, counted, published, joined, shownWith, partitions }: {
  releaseSize: number
  /** All of the election, in ballot order: as rows of breakdowns hold them. */
  contests: readonly RecountContest[]
  /** Sums of all boxes, in the view `breakdown`. */
  counted: Cells
  published: Cells
  joined: JoinedGroups
  /** The place that the choices of a small one are told with. */
  shownWith: ReadonlyMap<string, string>
  /** The chunks, the places where they differ from the units of release, and each breakdown. Undefined: not recorded. */
  partitions: readonly RecordedPartition[] | undefined
}): { problems: string[], leftOut: string[] } {
  const problems = createProblems()
  const leftOut: string[] = []
  const shown = shownBreakdowns(published)
  for (const names of shown) if (!joined.has(names)) problems.add(`choices by ${names} are published, and it is not stored which groups were joined`)
  const nameOf = (names: string, values: string): string => joined.get(names)?.has(values) === true ? OTHER : values

  for (const { cell, sum, stored } of differingGroups(counted, published, shown, nameOf)) problems.add(`${cell} is ${sum} by recount and ${stored} as published`)
  const sizes = groupSizes(counted, shown, contests, nameOf)
  for (const [names, groups] of sizes) {
    for (const [contest, inContest] of groups) {
      for (const [values, ballots] of inContest) if (ballots < releaseSize && inContest.size > 1) problems.add(`${names}/${values} is published with ${ballots} ballots${contest === '' ? '' : ` in ${contest}`}, fewer than ${releaseSize}`)
    }
  }
  if (partitions === undefined) return { problems: problems.all, leftOut: ['what choices by groups might tell together: there are too many ballots to look at each'] }
  const looked = partitions.filter(({ kind, name }) => kind !== 'GROUPS' || shown.has(name)).map((partition) => renamed(partition, partition.kind === 'PLACES' ? (place) => shownWith.get(place) ?? place : partition.kind === 'GROUPS' ? (values) => nameOf(partition.name, values) : (chunk) => chunk))
  for (const [at, one] of looked.entries()) {
    for (const other of looked.slice(at + 1)) {
      // Without two groups of a breakdown there is nothing to tell by them.
      if ([one, other].some(({ kind, sets }) => kind === 'GROUPS' && sets.length < 2)) continue
      const isSmall = findSmallDifference(crossingsOf(one, other), { one: one.sets.length, other: other.sets.length }, releaseSize, (_set, of) => (of === 'ONE' ? one : other).kind !== 'GROUPS')
      const pair = `${titleOf(one)} and ${titleOf(other)}`
      if (isSmall === undefined) leftOut.push(`what ${pair} might tell together: it would take too long`)
      else if (isSmall) problems.add(`${pair} together tell of fewer than ${releaseSize} ballots`)
    }
  }
  return { problems: problems.all, leftOut }
}

/** A row without values says that the choices of a breakdown are there. */
function* groupCells(published: Cells): Iterable<[names: string, values: string, place: string, count: number]> {
  for (const [cell, count] of published) {
    const [view, key = '', place = ''] = cell.split('|')
    if (view === 'group') yield [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1), place, count]
  }
}

function shownBreakdowns(published: Cells): Set<string> {
  const shown = new Set<string>()
  for (const [names, , , count] of groupCells(published)) if (count !== 0) shown.add(names)
  return shown
}

function* countedGroups(counted: Cells, shown: ReadonlySet<string>): Iterable<[names: string, values: string, place: string, count: number]> {
  for (const [cell, count] of counted) {
    const [view, key = '', place = ''] = cell.split('|')
    const names = key.slice(0, key.indexOf('/'))
    if (view === 'breakdown' && shown.has(names) && count !== 0) yield [names, key.slice(names.length + 1), place, count]
  }
}

function* differingGroups(counted: Cells, published: Cells, shown: ReadonlySet<string>, nameOf: (names: string, values: string) => string): Iterable<{ cell: string, sum: number, stored: number }> {
  const sums = new Map<string, number>()
  for (const [names, values, place, count] of countedGroups(counted, shown)) {
    const cell = `group|${names}/${nameOf(names, values)}|${place}`
    sums.set(cell, (sums.get(cell) ?? 0) + count)
  }
  const told = new Set([...groupCells(published)].filter(([, values]) => values !== '').map(([names, values, place]) => `group|${names}/${values}|${place}`))
  for (const cell of new Set([...sums.keys(), ...told])) {
    const [sum, stored] = [sums.get(cell) ?? 0, published.get(cell) ?? 0]
    if (sum !== stored) yield { cell, sum, stored }
  }
}

/** Ballots, and those that carry a contest, by breakdown, contest (`''`: all) and group: choices are told contest by contest. */
function groupSizes(counted: Cells, shown: ReadonlySet<string>, contests: readonly RecountContest[], nameOf: (names: string, values: string) => string): Map<string, Map<string, Map<string, number>>> {
  const contestAt = new Map([['0', '']])
  let place = 1
  for (const { id, options } of contests) {
    contestAt.set(String(place), id)
    place += 3 + options.length
  }
  const sizes = new Map<string, Map<string, Map<string, number>>>()
  for (const [names, values, at, count] of countedGroups(counted, shown)) {
    const contest = contestAt.get(at)
    if (contest === undefined) continue
    const ofNames = sizes.get(names) ?? new Map<string, Map<string, number>>()
    const inContest = ofNames.get(contest) ?? new Map<string, number>()
    const group = nameOf(names, values)
    sizes.set(names, ofNames.set(contest, inContest.set(group, (inContest.get(group) ?? 0) + count)))
  }
  return sizes
}

/** The partition with its joined sets as one. */
function renamed(partition: RecordedPartition, nameOf: (set: string) => string): RecordedPartition {
  const numbers = new Map<string, number>()
  const own = partition.sets.map((set) => {
    const name = nameOf(set)
    const number = numbers.get(name) ?? numbers.size
    numbers.set(name, number)
    return number
  })
  return { ...partition, sets: [...numbers.keys()], ofBallot: partition.ofBallot.map((set) => own[set] ?? 0) }
}

function titleOf({ kind, name }: RecordedPartition): string {
  switch (kind) {
    case 'CHUNKS': return 'ballots released together'
    case 'PLACES': return 'places'
    case 'GROUPS': return name
    default: return kind satisfies never
  }
}

function crossingsOf(one: RecordedPartition, other: RecordedPartition): Crossing[] {
  const sums = new Map<number, number>()
  for (const [ballot, set] of one.ofBallot.entries()) {
    const key = set * other.sets.length + (other.ofBallot[ballot] ?? 0)
    sums.set(key, (sums.get(key) ?? 0) + 1)
  }
  return [...sums].map(([key, ballots]) => ({ one: Math.floor(key / other.sets.length), other: key % other.sets.length, ballots }))
}
