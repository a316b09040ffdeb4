import type { BoxEntry } from '@livetally/core/election'
import { createProblems } from './problems.js'
import type { RecountElection } from './recount-election.js'

/** What may lie in one box, and when it may have been cast. */
export interface EntryRules {
  take(entry: BoxEntry): void
  readonly kinds: string[]
  readonly times: string[]
  /** Event time of the seal that ends the box, ms; undefined while there is none. */
  readonly sealedAt: number | undefined
}

/**
 * `now`: the database's clock, ms. No ballot lies before the opening or, where the source of a ballot says its time, before that
 * from which on early ballots count; nor after the closing. A tick is as old as the ballots of other boxes.
 */
export function createEntryRules(election: Pick<RecountElection, 'isImportedTime' | 'granularityMs' | 'opensAt' | 'closesAt' | 'castFrom' | 'boxOf'>, { box, isForCorrections, now }: { box: number, isForCorrections: boolean, now: number }): EntryRules {
  const kinds = createProblems()
  const times = createProblems()
  let newest = Number.NEGATIVE_INFINITY
  let sealedAt: number | undefined
  // Voting begins within a granule, and its first ballots carry the time at which that begins.
  const opening = Math.floor(Math.min(election.opensAt, election.castFrom ?? Number.POSITIVE_INFINITY) / election.granularityMs) * election.granularityMs

  const judgeKind = (entry: BoxEntry): void => {
    const at = `box ${box}: entry ${entry.seq}`
    if (sealedAt !== undefined) kinds.add(`${at} lies behind the seal`)
    switch (entry.kind) {
      case 'BALLOT':
        if (isForCorrections) kinds.add(`${at} is a ballot among the corrections`)
        else if (election.boxOf.has(entry.unit) && election.boxOf.get(entry.unit) !== box) kinds.add(`${at} is a ballot of ${entry.unit}, which belongs to box ${election.boxOf.get(entry.unit)}`)
        return
      case 'TICK':
        if (isForCorrections || !election.isImportedTime) kinds.add(`${at} is a tick, which has no place here`)
        return
      case 'SEAL':
        if (isForCorrections) kinds.add(`${at} is a seal among the corrections`)
        sealedAt = entry.castAt
        return
      case 'CORRECTION':
        if (!isForCorrections) kinds.add(`${at} is a correction among ballots`)
        return
      default: entry satisfies never
    }
  }
  const judgeTime = ({ kind, seq, castAt }: BoxEntry): void => {
    const at = `box ${box}: entry ${seq}`
    const isByTheClock = kind === 'CORRECTION' || !election.isImportedTime
    if (isByTheClock && castAt < newest) times.add(`${at} goes back in time by ${newest - castAt} ms`)
    newest = Math.max(newest, castAt)
    if (!isByTheClock && castAt > now) times.add(`${at} lies in the future`)
    if (kind !== 'BALLOT') return
    if (castAt < opening) times.add(`${at} was cast before the opening`)
    if (castAt > election.closesAt) times.add(`${at} was cast after the closing`)
  }
  return {
    take(entry) {
      judgeKind(entry)
      judgeTime(entry)
    },
    get kinds() { return kinds.all },
    get times() { return times.all },
    get sealedAt() { return sealedAt },
  }
}
