import { encodeBallotSubmitted, encodeSignedBallot, type LogRecord } from '@livetally/core/events'
import { invalid, type Verdict } from '@livetally/core/voting'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createHeldClock } from '../clock-under-test.js'
import type { BallotDesk, Decision, ReadBallot } from './ballot-desk.js'
import { createRecordDecider } from './decide-records.js'
import { createIngestMetrics } from './ingest-metrics.js'
import { paperBallot } from './ingest-under-test.js'
import type { SignatureChecker } from './signature-checker.js'

const accepted: Verdict = { kind: 'ACCEPTED', election: 7, tracker: '0f8fad5b-d9cb-469f-a165-70867728950e', castAt: 5, repeated: false }
const decided = (verdict: Verdict): Decision => ({ kind: 'DECIDED', verdict })

/** Believes everybody at once: real signatures are checked on a thread of their own, of which the held clock knows nothing. */
const signatures: SignatureChecker = { check: async (jws) => Buffer.from(jws.split('.')[1] ?? '', 'base64url') }
const base64 = (text: string): string => Buffer.from(text).toString('base64url')

/** A desk that does what the script says, one word each time it is asked to cast. */
function setUp(script: Decision[], read: ReadBallot['kind'] = 'FITS') {
  const clock = createHeldClock()
  const steps: string[] = []
  const aside: string[] = []
  const desk: BallotDesk = {
    async read() {
      steps.push('read')
      return read === 'FITS' ? { kind: 'FITS', ballot: {} as never } : decided(invalid('no'))
    },
    async cast() {
      steps.push('cast')
      return script.shift() ?? decided(accepted)
    },
  }
  const decider = createRecordDecider({
    desk, clock, signatures, logger: pino({ level: 'silent' }), metrics: createIngestMetrics(new Registry()),
    quarantine: { put: async (_record, reason) => { aside.push(reason) }, putAll: async (all) => { aside.push(...all.map(({ reason }) => reason)) } },
  })
  return { decider, clock, steps, aside }
}

function submitted(): LogRecord {
  const ballot = [base64(JSON.stringify({ alg: 'EdDSA', kid: 'mill' })), base64(encodeSignedBallot(paperBallot('crumbleton'))), base64('signed')].join('.')
  return { topic: 'ballots.incoming', partition: 0, offset: '4', key: 'k', value: Buffer.from(encodeBallotSubmitted({ v: 1, ballot })) }
}
const alive = async (): Promise<void> => undefined

test('a worker makes sure that the records are still its own between reading the phase and casting', async () => {
  const { decider, steps } = setUp([])
  await decider.decide([submitted()], async () => { steps.push('alive') }, new AbortController().signal)
  expect(steps).toEqual(['read', 'alive', 'cast'])
})

test('a worker that has lost its partition while it was frozen casts nothing', async () => {
  const { decider, steps } = setUp([])
  await expect(decider.decide([submitted()], async () => { throw new Error('another worker has it') }, new AbortController().signal)).rejects.toThrow('another worker has it')
  expect(steps).toEqual(['read'])
})

test('ballots wait while the ledger is away, and are told when it is back', async () => {
  const { decider, clock, steps } = setUp([{ kind: 'UNDECIDED' }, { kind: 'UNDECIDED' }, { kind: 'UNDECIDED' }])
  let verdicts: unknown
  void decider.decide([submitted()], alive, new AbortController().signal).then((told) => { verdicts = told })
  const casts = (): number => steps.filter((step) => step === 'cast').length
  await clock.advance(0)
  expect(casts()).toBe(1)
  for (const [at, [pause, tries]] of ([[100, 2], [200, 3]] as const).entries()) {
    await clock.advance(pause - 1)
    expect([casts(), verdicts]).toEqual([at + 1, undefined])
    await clock.advance(1)
    expect([casts(), verdicts]).toEqual([tries, undefined])
  }
  await clock.advance(400)
  expect(verdicts).toMatchObject([{ verdict: 'ACCEPTED' }])
  expect(casts()).toBe(4)
})

test('the longest that a ballot waits for the next try is two seconds, however long the ledger is away', async () => {
  const { decider, clock, steps } = setUp(Array.from({ length: 100 }, (): Decision => ({ kind: 'UNDECIDED' })))
  const stop = new AbortController()
  const deciding = decider.decide([submitted()], alive, stop.signal)
  await clock.advance(60_000)
  const before = steps.length
  await clock.advance(20_000)
  expect(steps.slice(before).filter((step) => step === 'cast')).toHaveLength(10)
  stop.abort()
  await expect(deciding).rejects.toThrow('come again')
})

test('a worker that is told to stop does not wait for the ledger, and tells nothing', async () => {
  const { decider, clock, steps } = setUp([{ kind: 'UNDECIDED' }])
  const stop = new AbortController()
  const deciding = decider.decide([submitted()], alive, stop.signal)
  await clock.advance(1)
  expect([steps, clock.waiting]).toEqual([['read', 'cast'], 1])
  stop.abort()
  await expect(deciding).rejects.toThrow('come again')
  expect(steps, 'and casts nothing more').toEqual(['read', 'cast'])
})

test('a ballot overtaken by a change of phase is read again, but not for ever', async () => {
  const overtaken: Decision = { kind: 'OVERTAKEN', verdict: { kind: 'ELECTION_NOT_OPEN', phase: 'OPEN' } }
  const once = setUp([overtaken])
  expect(await once.decider.decide([submitted()], alive, new AbortController().signal)).toMatchObject([{ verdict: 'ACCEPTED' }])
  expect(once.steps).toEqual(['read', 'cast', 'read', 'cast'])
  const always = setUp(Array.from({ length: 100 }, () => overtaken))
  expect(await always.decider.decide([submitted()], alive, new AbortController().signal)).toMatchObject([{ verdict: 'ELECTION_NOT_OPEN', phase: 'OPEN' }])
})

test('a ballot that this installation cannot work on is set aside and named, and the others are told', async () => {
  const { decider, aside } = setUp([{ kind: 'ASIDE', reason: 'The ledger refused this ballot.', error: new Error('odd') }])
  const told = await decider.decide([submitted(), submitted()], alive, new AbortController().signal)
  expect(told).toMatchObject([{ verdict: 'QUARANTINED', source: 'mill' }, { verdict: 'ACCEPTED' }])
  expect(aside).toEqual(['The ledger refused this ballot. Nothing was counted; it can be sent again from the quarantine.'])
})

test('a ballot that does not fit is told so without troubling the ledger', async () => {
  const { decider, steps } = setUp([], 'DECIDED')
  expect(await decider.decide([submitted()], alive, new AbortController().signal)).toMatchObject([{ verdict: 'INVALID_BALLOT', problems: ['no'] }])
  expect(steps).toEqual(['read'])
})
