import { VOTE_CHANNELS, WHOLE_ELECTION, type ResultsAt, type Structure } from '@livetally/core/election'
import { showsChoicesOf, type Counts } from './reference-count.js'

/** Every number that a reader of results can ask for, under the names of `countByHand`; but for choices of secret ballots by groups of voters. */
export function countsShown(structure: Structure, at: ResultsAt): Counts {
  const counts: Record<string, readonly number[]> = {}
  const put = (key: string, shown: readonly number[]): void => { if (shown.some((count) => count !== 0)) counts[key] = shown }
  for (const unit of [WHOLE_ELECTION, ...structure.units.keys()]) {
    const { ballots, byChannel } = at.turnout(unit)
    counts[`turnout ${unit}`] = [ballots]
    for (const [channel, count] of byChannel) counts[`turnout ${unit} ${channel}`] = [count]
    for (const contest of showsChoicesOf(structure.definition, unit) ? structure.contests.keys() : []) {
      counts[`contest ${contest} ${unit}`] = at.contest(contest, unit)
      for (const channel of VOTE_CHANNELS) counts[`contest ${contest} ${unit} ${channel}`] = at.contest(contest, unit, channel)
    }
  }
  const isSecret = structure.definition.ballotSecrecy === 'SECRET'
  const wider = [...structure.units.values()].filter(({ isLeaf }) => !isLeaf).map(({ id }) => id)
  for (const unit of isSecret ? [WHOLE_ELECTION, ...wider] : []) put(`released ${unit}`, [at.released(unit)])
  for (const [cell, { seq, ballots }] of at.frontier()) put(`frontier ${cell}`, [seq, ballots])
  for (const contest of ['', ...structure.contests.keys()]) {
    const isGrouped = contest === '' || !isSecret
    for (const names of isGrouped ? structure.breakdowns : []) for (const [values, shown] of at.breakdown(names, contest)) put(`breakdown ${names.join(',')} ${contest} ${values.join(',')}`, shown)
    for (const unit of [WHOLE_ELECTION, ...structure.firstLevelUnits]) {
      for (const { start, sizeMs, counts: shown } of at.panes(contest, unit)) put(`pane ${contest} ${unit} ${start}/${sizeMs}`, shown)
      put(`late ${contest} ${unit}`, at.late(contest, unit))
      put(`corrected ${contest} ${unit}`, at.corrected(contest, unit))
    }
  }
  return counts
}

/** All but what was counted when. */
export function withoutPanes(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([name]) => !name.startsWith('pane ')))
}

/** The first numbers that differ, in words; empty if the two are the same byte for byte. */
export function differences(expected: Counts, found: Counts, most = 3): string[] {
  const wrong = [...Object.keys(expected).filter((name) => !isSame(expected[name], found[name])), ...Object.keys(found).filter((name) => expected[name] === undefined)]
  return wrong.toSorted().slice(0, most).map((name) => `${name}: ${JSON.stringify(found[name])} instead of ${JSON.stringify(expected[name])}`)
}

function isSame(one: readonly number[] | undefined, other: readonly number[] | undefined): boolean {
  return one?.length === other?.length && one?.every((count, at) => count === other?.[at]) === true
}
