import { BALLOTS, contestWidth } from '../structure/layout.js'
import type { ReleaseCell } from '../structure/secrecy.js'
import type { Structure } from '../structure/structure.js'
import type { Pane } from '../timeline/pane.js'
import { VOTE_CHANNELS, type VoteChannel } from '../vocabulary.js'
import { PANE_MS } from '../window.js'
import type { KeyIndex } from './key-index.js'
import { WHOLE_ELECTION } from './result-row.js'

/** Results as they stood at one revision. Reading it later gives the same numbers, or `RevisionGoneError`; never a mixture. */
export interface ResultsAt {
  readonly revision: number
  /** Ballots of a unit (or `WHOLE_ELECTION`) by channel. */
  turnout(unit: string): { ballots: number, byChannel: ReadonlyMap<VoteChannel, number> }
  /** Registered voters of a unit; undefined where none of its leaves says. */
  eligibleVoters(unit: string): number | undefined
  /** Registered voters of a group, named as in `breakdown`; undefined unless the roll names everybody who is eligible. */
  electorate(names: readonly string[], values: readonly string[]): number | undefined
  /** The groups that registered voters are in, named as in `breakdown`; empty where `electorate` is undefined. */
  electorateGroups(names: readonly string[]): string[][]
  /** Contest counts (see `Layout`) of a unit over all channels, or of one channel. Zeros where nothing was cast. */
  contest(contest: string, unit: string, channel?: VoteChannel): readonly number[]
  /** Ballots of a unit whose choices are in the counts of contests: all of them, unless ballots are secret. Corrections, and ballots of another place that are shown with those of this one, are not told apart. */
  released(unit: string): number
  /** Of every cell of secret ballots, as `box/cell/channel`: the `seq` below which its choices are released, the ballots that are, and the cell of another place that they are shown with. */
  frontier(): ReadonlyMap<string, { seq: number, ballots: number, shownWith: ReleaseCell | undefined }>
  /** The id of another place that a leaf's secret choices are shown with, for it had too few ballots to be shown alone. */
  shownWith(leaf: string): string | undefined
  /** Whether choices by groups of voters can be told: secret ones only once every box is sealed. */
  isReleased(names: readonly string[]): boolean
  /** Groups of a breakdown that hold ballots, as [values, counts]; without a contest the counts are `[ballots]`. Choices of secret ballots are those of joined groups (`OTHER_GROUPS`), and none before they are released. */
  breakdown(names: readonly string[], contest: string): [values: string[], counts: readonly number[]][]
  /** False while a breakdown that was added to a running election is still being counted: then it holds nothing, never a part. */
  isComplete(names: readonly string[]): boolean
  /** Panes that hold ballots, ascending, of the whole election or a first-level unit; without a contest the counts are `[ballots]`. */
  panes(contest: string, unit?: string): Pane[]
  /** Counts of late ballots, shaped as the panes' counts. */
  late(contest: string, unit?: string): readonly number[]
  /** Sums of corrections, shaped as the panes' counts; some may be negative. `panes + late + corrected = all` for every count. */
  corrected(contest: string, unit?: string): readonly number[]
}

/** The values of those groups whose choices are told together, for they are small. No value of a definition can have this id. */
export const OTHER_GROUPS = '_other'

/** In a row of view `frontier`. */
const SHOWN_WITH = 2

/** Rows by channel, and the one of choices that are told without one. */
const ALL_ROWS = [...VOTE_CHANNELS, ''] as const

/** `read` gives the counts of a view's key (`view:key`) as of the revision. */
export function createResultsAt(structure: Structure, revision: number, groups: KeyIndex, read: (id: string) => readonly number[] | undefined): ResultsAt {
  const widthOf = (contest: string): number => {
    const shape = structure.contests.get(contest)
    return shape === undefined ? 1 : contestWidth(shape)
  }
  /** The counts of one contest in a row of a unit; zeros where the row or the contest is not there, or the row has turnout alone. */
  const sliceOf = (id: string, contest: string, unit: string): readonly number[] => {
    const row = read(id)
    const found = row && structure.layout(unit).slice(row, contest)
    return found?.length === widthOf(contest) ? found : Array.from({ length: widthOf(contest) }, () => 0)
  }
  const hasBallots = (counts: readonly number[]): boolean => counts[0] !== 0
  /** Where an authority has told how many may vote and the roll names a part of them, groups of that part say nothing of the whole. */
  const namesEverybody = (view: string): boolean => {
    const onTheRoll = read(`${view}/`)?.[0] ?? 0
    return onTheRoll > 0 && onTheRoll >= (read(`eligible:${WHOLE_ELECTION}`)?.[0] ?? 0)
  }
  const turnout: ResultsAt['turnout'] = (unit) => {
    const byChannel = new Map(VOTE_CHANNELS.map((channel) => [channel, read(`place:${unit}/${channel}`)?.[0] ?? 0]))
    return { ballots: [...byChannel.values()].reduce((sum, ballots) => sum + ballots, 0), byChannel }
  }
  const breakdown: ResultsAt['breakdown'] = (names, contest) => {
    const prefix = `${structure.secrecy === undefined || contest === '' ? 'breakdown' : 'group'}:${names.join(',')}`
    return groups.of(prefix).filter((values) => values !== '')
      .map((values): [string[], readonly number[]] => [values.split(','), sliceOf(`${prefix}/${values}`, contest, WHOLE_ELECTION)])
      .filter(([, counts]) => hasBallots(counts))
  }
  return {
    revision,
    turnout,
    eligibleVoters: (unit) => read(`eligible:${unit}`)?.[0],
    electorate(names, values) {
      const view = `electorate:${names.join(',')}`
      return namesEverybody(view) ? read(`${view}/${values.join(',')}`)?.[0] ?? 0 : undefined
    },
    electorateGroups(names) {
      const view = `electorate:${names.join(',')}`
      return !namesEverybody(view) ? [] : groups.of(view).filter((values) => values !== '' && (read(`${view}/${values}`)?.[0] ?? 0) > 0).map((values) => values.split(','))
    },
    contest(contest, unit, channel) {
      const sum = Array.from({ length: widthOf(contest) }, () => 0)
      for (const one of channel === undefined ? ALL_ROWS : [channel]) {
        const row = read(`place:${unit}/${one}`)
        if (row !== undefined) addInto(sum, row, contest === '' ? BALLOTS : structure.layout(unit).offsetOf(contest))
      }
      return sum
    },
    released: (unit) => structure.secrecy === undefined ? turnout(unit).ballots : read(`released:${unit}`)?.[0] ?? 0,
    frontier: () => new Map(groups.of('frontier').map((key) => {
      const [seq = 0, ballots = 0, shownWith = 0] = read(`frontier:${key}`) ?? []
      return [key, { seq, ballots, shownWith: structure.secrecy?.cells[shownWith - 1] }]
    })),
    shownWith(leaf) {
      const { secrecy } = structure
      const cell = secrecy?.cellOf(leaf)
      if (secrecy?.isByPlace === false) return structure.leaves[(read(`joined:${leaf}`)?.[0] ?? 0) - 1]?.id
      const [place = 0] = cell?.id !== leaf ? [] : ALL_ROWS.flatMap((channel) => read(`frontier:${structure.units.get(leaf)?.box ?? 0}/${leaf}/${channel}`)?.[SHOWN_WITH] ?? []).filter((found) => found > 0)
      return secrecy?.cells[place - 1]?.id
    },
    isReleased: (names) => structure.secrecy === undefined || (read(`group:${names.join(',')}/`)?.[0] ?? 0) > 0,
    breakdown,
    isComplete(names) {
      const inGroups = breakdown(names, '').reduce((sum, [, [ballots = 0]]) => sum + ballots, 0)
      // Corrections say nothing of voters, so they are in no group.
      return inGroups === turnout(WHOLE_ELECTION).ballots - (sliceOf(`correction:${WHOLE_ELECTION}`, '', WHOLE_ELECTION)[0] ?? 0)
    },
    panes(contest, unit = WHOLE_ELECTION) {
      const prefix = `pane:${unit}`
      return groups.of(prefix)
        .map((key): Pane => {
          const [start, sizeMs = PANE_MS] = key.split('/')
          return { start: Number(start), sizeMs: Number(sizeMs), counts: sliceOf(`${prefix}/${key}`, contest, unit) }
        })
        .filter(({ counts }) => hasBallots(counts))
        .sort((one, other) => one.start - other.start)
    },
    late: (contest, unit = WHOLE_ELECTION) => sliceOf(`late:${unit}`, contest, unit),
    corrected: (contest, unit = WHOLE_ELECTION) => sliceOf(`correction:${unit}`, contest, unit),
  }
}

/** Adds the counts that begin at `from`; nothing where the contest is not among them. */
function addInto(sum: number[], row: readonly number[], from: number | undefined): void {
  if (from === undefined) return
  for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) + (row[from + at] ?? 0)
}
