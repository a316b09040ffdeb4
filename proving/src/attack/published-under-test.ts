import { compileStructure, UNIT_GROUP, type Structure } from '@livetally/core/election'
import { contributionsTo, type KnownBallot, type KnownMark, type Ledger } from './ballots.js'
import { createRandom, shuffle } from './election/chance.js'
import { checkedDefinition, drawElection, type DrawOptions } from './election/draw-election.js'
import type { ScopeName } from './equations/scopes.js'
import { tellCells, type Telling } from './equations/tellings.js'
import type { Observation, Observed, ObservedRevision } from './observer/observation.js'
import { releasesOf } from './releases.js'

/** A drawn election as it would lie in the ledger, cast in batches whose ballots are numbered at random. `dealtOver`: so many boxes, leaf by leaf, instead of as the product deals them. */
export function castUnderTest(options: DrawOptions, dealtOver?: number): { structure: Structure, ledger: Ledger } {
  const drawn = drawElection(options)
  const dealt = compileStructure(checkedDefinition(drawn))
  const structure = dealtOver === undefined ? dealt : compileStructure({ ...dealt.definition, boxes: dealtOver }, new Map(dealt.leaves.map(({ id }, at) => [id, at % dealtOver])))
  const random = createRandom(`cast/${options.seed}`)
  const boxOf = new Map(structure.leaves.map(({ id, box }) => [id, box ?? 0]))
  const heads = new Map<number, number>()
  const began = Date.parse(structure.definition.opensAt)
  const ballots = shuffle([...drawn.ballots], random).map((ballot, at): KnownBallot => {
    const box = boxOf.get(ballot.unit) ?? 0
    const seq = heads.get(box) ?? 0
    heads.set(box, seq + 1)
    return { ...ballot, box, seq, tracker: `tracker-${at}`, castAt: ballot.castAt ?? began + at * 1_000 }
  })
  const marks = [...heads].map(([box, seq]): KnownMark => ({ box, seq, kind: 'SEAL', castAt: began + ballots.length * 1_000 }))
  return { structure, ledger: { ballots, marks, corrections: [] } }
}

/** A revision for every entry of every box, by a publisher that counts choices as `telling` says; groups at the end. */
export function publishUnderTest(structure: Structure, ledger: Ledger, telling: Telling = tellCells(structure, ledger, releasesOf(structure, ledger))): Observed {
  const { ballots, marks } = ledger
  const contributions = new Map([...structure.contests.keys()].map((contest) => [contest, contributionsTo(contest, ballots, structure)]))
  const sums = new Map<string, Map<string, number[]>>()
  const observations: Observation[] = []
  const revisions: ObservedRevision[] = []
  const vector = new Map<number, number>()
  const add = (what: string, scope: ScopeName, members: readonly number[]): void => {
    const contests = sums.get(what) ?? new Map<string, number[]>()
    sums.set(what, contests)
    for (const [contest, { width, counts }] of contributions) {
      if (members.every((ballot) => counts[ballot * width] === 0)) continue
      const sum = contests.get(contest) ?? Array.from({ length: width }, () => 0)
      for (const ballot of members) for (let place = 0; place < width; place += 1) sum[place] = (sum[place] ?? 0) + (counts[ballot * width + place] ?? 0)
      contests.set(contest, sum)
    }
    observations.push({ path: 'topic results', revision: revisions.length, what, scopes: [scope], contests: new Map([...contests].map(([contest, sum]) => [contest, [...sum]])) })
  }
  const entries = [...ballots.map(({ box, seq, castAt }) => ({ box, seq, castAt })), ...marks].sort((one, other) => one.castAt - other.castAt || one.box - other.box)
  const byEntry = new Map<string, number[]>()
  telling.by.forEach((counted, ballot) => {
    const key = `${ballots[ballot]?.box ?? -1}/${counted - 1}`
    byEntry.set(key, [...byEntry.get(key) ?? [], ballot])
  })
  for (const { box, seq } of entries) {
    vector.set(box, seq + 1)
    revisions.push({ revision: revisions.length + 1, vector: new Map(vector), frontier: new Map() })
    const released = byEntry.get(`${box}/${seq}`) ?? []
    for (const [row, members] of groupBy(released, telling.rowOf)) add(`row ${row}`, { kind: 'ROW', row }, members)
    for (const unit of structure.units.keys()) {
      const members = released.filter((ballot) => telling.unitsOf(ballot).includes(unit))
      if (members.length > 0) add(`unit ${unit}`, { kind: 'UNIT', unit }, members)
    }
    for (const [start, members] of groupBy(released, (ballot) => String(Math.floor((telling.at[ballot] ?? 0) / 10_000) * 10_000))) add(`pane ${start}`, { kind: 'WINDOW', unit: '', start: Number(start), end: Number(start) + 10_000 }, members)
  }
  publishGroups(structure, ballots, add)
  return { revisions, observations, shownWith: new Map(), leaks: [] }
}

/** Small groups count under `_other`, with the next smallest until it is large enough. */
function publishGroups({ breakdowns, groupOf, definition: { releaseSize } }: Structure, ballots: readonly KnownBallot[], add: (what: string, scope: ScopeName, members: readonly number[]) => void): void {
  for (const names of breakdowns) {
    const groups = [...groupBy(ballots.map((_, ballot) => ballot), (ballot) => names
      .map((name) => (name.startsWith(UNIT_GROUP) ? groupOf(ballots[ballot]?.unit ?? '', name) : ballots[ballot]?.attributes[name]) ?? '_unknown').join())]
      .sort(([one, few], [other, many]) => few.length - many.length || (one < other ? -1 : 1))
    const other: number[] = []
    while (groups.length > 0 && ((groups[0]?.[1].length ?? 0) < releaseSize || (other.length > 0 && other.length < releaseSize))) other.push(...groups.shift()?.[1] ?? [])
    const kept = groups.map(([values]) => values)
    for (const [values, members] of groups) add(`group ${names.join()}/${values}`, { kind: 'GROUP', names, groups: [values], isOther: false }, members)
    if (other.length > 0) add(`group ${names.join()}/_other`, { kind: 'GROUP', names, groups: kept, isOther: true }, other)
  }
}

function groupBy(members: readonly number[], keyOf: (ballot: number) => string): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (const ballot of members) {
    const key = keyOf(ballot)
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [ballot])
    else known.push(ballot)
  }
  return groups
}

