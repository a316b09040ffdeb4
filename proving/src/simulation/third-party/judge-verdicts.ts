import type { Ballot } from '@livetally/core/election'
import { TOPIC, type BallotDecided } from '@livetally/core/events'
import { receiptTime } from '@livetally/core/voting'
import type { Kafka } from '../kafka/kafka.js'
import { keysOf } from '../keys.js'
import { voterKey } from '../postgres/ledger.js'
import type { Postgres } from '../postgres/postgres.js'
import { boxKey, type Tables } from '../postgres/tables.js'
import { voterIdOf, type Voter } from '../voters.js'
import type { Weather } from '../weather.js'
import { SOURCE } from './signing.js'
import type { HandedBallot } from './submissions.js'
import { createVerdictReader, unanswered, type ThirdParty } from './third-party.js'

interface Evidence {
  party: ThirdParty
  kafka: Kafka
  postgres: Postgres
  weather: Weather
  voters: readonly Voter[]
  /** Trackers of ballots that a restore took from the ledger. */
  lost: ReadonlySet<string>
  wasRestored: boolean
}

/** What is wrong with the verdicts on ballots that a third party handed in, and with what became of these ballots. */
export function judgeVerdicts({ party, kafka, postgres: { tables }, weather, voters, lost, wasRestored }: Evidence): string[] {
  const read = createVerdictReader()
  const told = groupBy(kafka.topics.partitions(TOPIC.ballotsVerdicts).flat(), ({ key }) => key)
  const problems: string[] = []
  const numbers = groupBy(party.handed.filter((one) => one.kind === 'BALLOT'), (ballot) => voterKey(ballot.election, { voterRef: voterRefOf(ballot) }))
  for (const one of party.handed) {
    const verdicts = (told.get(one.key) ?? []).map(read)
    if (verdicts.length === 0) problems.push(`the ballot "${one.key}" never got a verdict`)
    for (const verdict of verdicts) {
      if (verdict === undefined) problems.push(`a verdict on "${one.key}" cannot be read`)
      else if (one.kind === 'WRONG') problems.push(...verdict.verdict === one.verdict ? [] : [`"${one.key}" deserved ${one.verdict} and was told ${verdict.verdict}`])
      else problems.push(...judgeVerdict(one, verdict, { tables, weather, lost, wasRestored }))
    }
  }
  if (weather.isOrderKept) problems.push(...unanswered(kafka, read).map(({ partition, offset }) => `record ${partition}/${offset} of ballots.incoming has no verdict`))
  for (const [number, ballots] of numbers) problems.push(...judgeNumber(number, ballots, tables))
  const known = new Set([...voters.map(voterIdOf), ...numbers.keys()])
  for (const [tracker, { voter }] of tables.trackers) if (!known.has(voter)) problems.push(`the ballot ${tracker} in the ledger was cast by nobody`)
  return problems
}

function judgeVerdict(handed: HandedBallot, verdict: BallotDecided, { tables, weather, lost, wasRestored }: Pick<Evidence, 'weather' | 'lost' | 'wasRestored'> & { tables: Tables }): string[] {
  const { key, election, ballot } = handed
  const number = voterKey(election, { voterRef: voterRefOf(handed) })
  const isCounted = isCountedUnder(handed, tables)
  const wrong = (why: string): string[] => [`"${key}" was told ${verdict.verdict}, ${why}`]
  if (verdict.source !== SOURCE || verdict.election !== ballot.election || verdict.idempotencyKey !== ballot.idempotencyKey) return wrong('as if it were another\'s ballot')
  switch (verdict.verdict) {
    case 'ACCEPTED': {
      if (lost.has(verdict.tracker)) return []
      const at = tables.trackers.get(verdict.tracker)
      const [entry, structure] = [at && tables.boxes.get(boxKey(election, at.box))?.entries[at.seq], tables.elections.get(election)?.structure]
      if (at?.voter !== number || entry === undefined || structure === undefined || receiptTime(structure, entry.castAt) !== verdict.castAt) return wrong('and the ballot is not in the ledger like that')
      return isCounted ? [] : wrong('and another ballot of its number is counted')
    }
    case 'ALREADY_VOTED': return wasRestored || (tables.participations.has(number) && !isCounted) ? [] : wrong('and no other ballot of its number is counted')
    case 'ELECTION_NOT_OPEN': {
      const mayOpenAgain = weather.hasPauses || weather.hasClockJumps || wasRestored
      // Once voting has ended nobody hears under another key that its number has voted.
      return mayOpenAgain || !isCounted ? [] : wrong('and it is counted')
    }
    case 'INVALID_BALLOT': return mayBeOutOfBounds(handed, tables, weather) ? [] : wrong(`and is valid (${verdict.message})`)
    case 'IDEMPOTENCY_CONFLICT':
    case 'NOT_ELIGIBLE':
    case 'UNAUTHORIZED': return wrong('without a reason')
    case 'QUARANTINED': return wasRestored ? [] : wrong(`without a reason (${verdict.message})`)
    default: return verdict satisfies never
  }
}

/** What is said to have been cast before the opening; and what a fast clock says may lie too far in the future of one that was set back. */
function mayBeOutOfBounds({ election, ballot: { castAt } }: HandedBallot, { elections }: Tables, { hasClockJumps }: Weather): boolean {
  return castAt !== undefined && (hasClockJumps || castAt < (elections.get(election)?.opensAt ?? 0))
}

/** One ballot of a number at most, and exactly as it was signed under the key that won. */
function judgeNumber(number: string, ballots: readonly HandedBallot[], tables: Tables): string[] {
  const places = [...tables.trackers.values()].filter(({ voter }) => voter === number)
  const name = `the number of "${ballots[0]?.key}"`
  if (places.length > 1) return [`${name} has ${places.length} ballots in the ledger`]
  return places.flatMap(({ election, box, seq, clock }) => {
    const entry = tables.boxes.get(boxKey(election, box))?.entries[seq]
    const winner = ballots.find((ballot) => isCountedUnder(ballot, tables))
    if (entry?.kind !== 'BALLOT' || winner === undefined) return [`${name} is counted under a key that nobody sent`]
    const castAt = winner.ballot.castAt === undefined ? entry.castAt : Math.min(winner.ballot.castAt, clock)
    return written(entry) === written({ attributes: {}, ...winner.ballot, castAt }) ? [] : [`${name} lies in the ledger otherwise than it was signed`]
  })
}

function written({ unit, channel, attributes, selections, castAt }: Ballot & { castAt: number }): string {
  return JSON.stringify([unit, channel, attributes, selections, castAt])
}

function voterRefOf({ ballot: { election, voterId, sourceBallotNumber = '' } }: HandedBallot): Buffer {
  const { voterRef } = keysOf(election)
  return voterId === undefined ? voterRef(`source:${SOURCE}`, sourceBallotNumber) : voterRef('roll', voterId)
}

function isCountedUnder(handed: HandedBallot, { participations }: Tables): boolean {
  const voterRef = voterRefOf(handed)
  const hash = keysOf(handed.ballot.election).idempotencyHash(voterRef, handed.ballot.idempotencyKey)
  return participations.get(voterKey(handed.election, { voterRef }))?.keyHash.equals(hash) === true
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) groups.set(keyOf(item), [...groups.get(keyOf(item)) ?? [], item])
  return groups
}
