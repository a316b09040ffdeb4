import { parseBallotDecided, type LogRecord } from '@livetally/core/events'
import type { Verdict } from '@livetally/core/voting'
import { expect, test } from 'vitest'
import { paperBallot } from './ingest-under-test.js'
import { decidedOf, verdictRecord } from './verdict-record.js'

const record: LogRecord = { topic: 'ballots.incoming', partition: 3, offset: '7', key: 'k', value: null }
const told = (verdict: Verdict) => {
  const decided = decidedOf({ record, source: 'north', ballot: paperBallot('crumbleton', { idempotencyKey: 'once' }) }, verdict)
  const parsed = parseBallotDecided(verdictRecord(decided, 'k', 4).value)
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.event
}

test('a ballot whose voter votes elsewhere is told as not eligible, with both places named', () => {
  const message = 'This voter votes in "market", as the roll says; the ballot comes from "mill".'
  expect(told({ kind: 'NOT_ELIGIBLE', message })).toEqual({ v: 1, idempotencyKey: 'once', source: 'north', election: 'crumbleton', partition: 3, offset: '7', message, verdict: 'NOT_ELIGIBLE' })
})

test.each<[Verdict, string]>([
  [{ kind: 'ALREADY_VOTED' }, 'ALREADY_VOTED'], [{ kind: 'IDEMPOTENCY_CONFLICT' }, 'IDEMPOTENCY_CONFLICT'], [{ kind: 'ELECTION_NOT_OPEN', phase: 'PAUSED' }, 'ELECTION_NOT_OPEN'],
  [{ kind: 'INVALID_BALLOT', problems: ['no'] }, 'INVALID_BALLOT'], [{ kind: 'NOT_ELIGIBLE', message: 'no' }, 'NOT_ELIGIBLE'],
])('what the API would tell as %o, a source hears over Kafka as %s', (verdict, name) => {
  expect(told(verdict).verdict).toBe(name)
})
