import { createMemoryEventLog, encodeBallotSubmitted, ensureTopics, TOPIC, type EventLog, type MemoryEventLog, type SignedBallot } from '@livetally/core/events'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createStoreUnderTest, eventually, type StoreUnderTest } from '../../../core/src/store/store-under-test.js'
import { startWorkers, type RunningWorkers } from '../workers.js'
import { createCrumbleton, createSourceUnderTest, openCorrespondence, paperBallot, registerKeys, type Correspondence, type SourceUnderTest } from './ingest-under-test.js'

const masterKey = randomBytes(32)
let store: StoreUnderTest
let home: string
let north: SourceUnderTest
let log: MemoryEventLog
let mail: Correspondence
let workers: RunningWorkers | undefined
const keysFile = (): string => join(home, 'ingest-keys.json')

beforeAll(async () => {
  store = await createStoreUnderTest()
  home = await mkdtemp(join(tmpdir(), 'livetally-ingest-'))
  north = await createSourceUnderTest('north/2031')
})
afterAll(async () => {
  await store[Symbol.asyncDispose]()
  await rm(home, { recursive: true })
})
beforeEach(async () => {
  await registerKeys(keysFile(), [north])
  log = createMemoryEventLog()
  await ensureTopics(log)
  mail = await openCorrespondence(log)
})
afterEach(async () => {
  await workers?.[Symbol.asyncDispose]()
  workers = undefined
  await mail[Symbol.asyncDispose]()
  await log[Symbol.asyncDispose]()
})

const start = async (eventLog: EventLog = log): Promise<void> => {
  workers = await startWorkers(
    { databaseUrl: store.urlOf('ingest'), roles: ['ingest'], host: '127.0.0.1', port: 0, relayLeaseMs: 500, ingest: { home, masterKey: masterKey.toString('base64') } },
    { eventLog, logger: pino({ level: 'silent' }) })
}
const told = (count: number) => eventually(() => mail.verdicts.length >= count && mail.verdicts, { what: `${count} verdicts` })
const inLedger = async (election: number): Promise<{ ballots: number, participations: number }> => {
  const { rows: [row] } = await store.owner.query<{ ballots: number, participations: number }>(
    'SELECT (SELECT count(*)::integer FROM box_entry WHERE election = $1) AS ballots, (SELECT count(*)::integer FROM participation WHERE election = $1) AS participations', [election])
  return row ?? { ballots: -1, participations: -1 }
}

describe('a ballot that another system hands in', () => {
  test('is accepted, answered with its tracker in the partition of the same number, and lies in the ledger as it was signed', async () => {
    const { key, slug } = await createCrumbleton(store.elections, masterKey)
    await start()
    const ballot = paperBallot(slug, { attributes: { age: 'old' } })
    await mail.send({ partition: 3, value: encodeBallotSubmitted({ v: 1, ballot: await north.sign(ballot) }) })
    const [verdict] = await told(1)
    expect(verdict).toMatchObject({ verdict: 'ACCEPTED', idempotencyKey: ballot.idempotencyKey, source: 'north', election: slug, partition: 3, offset: '0' })
    expect(mail.verdictRecords[0]).toMatchObject({ partition: 3, key: ballot.idempotencyKey })
    const { rows } = await store.owner.query('SELECT unit, channel, attributes, selections FROM box_entry WHERE election = $1 AND tracker = $2', [key, verdict?.verdict === 'ACCEPTED' ? verdict.tracker : ''])
    expect(rows).toEqual([{ unit: 'mill', channel: 1, attributes: { age: 'old' }, selections: { baker: ['rye'], council: ['plum', 'fig'] } }])
  })

  test('is told the same again however often it is sent, and counts once', async () => {
    const { key, slug } = await createCrumbleton(store.elections, masterKey)
    await start()
    const ballot = paperBallot(slug)
    for (let round = 0; round < 3; round += 1) await mail.hand(north, ballot)
    const verdicts = await told(3)
    expect(new Set(verdicts.map(({ offset: _, ...rest }) => JSON.stringify(rest))).size).toBe(1)
    expect(await inLedger(key)).toEqual({ ballots: 1, participations: 1 })
  })

  test.each<[string, (first: SignedBallot) => Partial<Record<keyof SignedBallot, unknown>>, object]>([
    ['of another voter under the same idempotency key', ({ idempotencyKey }) => ({ idempotencyKey }), { verdict: 'ACCEPTED' }],
    ['that says something else under the key and number of an earlier one', ({ idempotencyKey, sourceBallotNumber }) => ({ idempotencyKey, sourceBallotNumber, selections: {} }), { verdict: 'IDEMPOTENCY_CONFLICT' }],
    ['whose number has come before under another key', ({ sourceBallotNumber }) => ({ sourceBallotNumber }), { verdict: 'ALREADY_VOTED' }],
    ['of a voter where there is no roll', () => ({ sourceBallotNumber: undefined, voterId: 'Zoë' }), { verdict: 'NOT_ELIGIBLE', message: 'This election has no roll, so no ballot can name a voterId: send a sourceBallotNumber instead.' }],
    ['for an election that is not there', () => ({ election: 'atlantis' }), { verdict: 'INVALID_BALLOT', problems: ['There is no election "atlantis".'] }],
    ['from a place where nobody votes', () => ({ unit: 'north' }), { verdict: 'INVALID_BALLOT' }],
    ['with an option that is not on the ballot', () => ({ selections: { baker: ['croissant'] } }), { verdict: 'INVALID_BALLOT', problems: ['"croissant" is not an option of the contest "baker".'] }],
    ['that names neither voter nor number', () => ({ sourceBallotNumber: undefined }), { verdict: 'INVALID_BALLOT' }],
    ['that says when it was cast, where the ledger\'s clock counts', () => ({ castAt: 5 }), { verdict: 'INVALID_BALLOT' }],
    ['with too many marks, which paper can bear', () => ({ selections: { baker: ['rye', 'brioche'] } }), { verdict: 'ACCEPTED' }],
  ])('%s is told so', async (_what, changes, expected) => {
    const { slug } = await createCrumbleton(store.elections, masterKey)
    await start()
    const first = paperBallot(slug)
    await mail.hand(north, first, paperBallot(slug, changes(first)))
    expect((await told(2))[1]).toMatchObject(expected)
  })

  test.each([['DRAFT'], ['SCHEDULED']] as const)('is told that voting is not open while the election is a %s one, and accepted once it is', async (phase) => {
    const { key, slug } = await createCrumbleton(store.elections, masterKey, { phase })
    await start()
    const ballot = paperBallot(slug)
    await mail.hand(north, ballot)
    expect((await told(1))[0]).toMatchObject({ verdict: 'ELECTION_NOT_OPEN', phase })
    for (const change of ['publish', 'open'] as const) await store.elections.changePhase(key, change)
    await mail.hand(north, ballot)
    expect((await told(2))[1]).toMatchObject({ verdict: 'ACCEPTED' })
  })

  test('is accepted although voting was paused and resumed behind the worker\'s back', async () => {
    const { key, slug } = await createCrumbleton(store.elections, masterKey)
    await start()
    await mail.hand(north, paperBallot(slug))
    await told(1)
    for (const change of ['pause', 'resume'] as const) await store.elections.changePhase(key, change)
    await mail.hand(north, paperBallot(slug))
    expect((await told(2))[1]).toMatchObject({ verdict: 'ACCEPTED' })
  })

  test('carries its own time in an election with imported time, but none before the opening and none that is still to come', async () => {
    const { key, slug } = await createCrumbleton(store.elections, masterKey, { isImported: true })
    await start()
    const castAt = Date.now() - 600_000
    const before = Date.now()
    await mail.hand(north, ...[castAt, before + 600_000, before - 5 * 3_600_000, 0, before + 60_000].map((at) => paperBallot(slug, { castAt: at })))
    const verdicts = await told(5)
    expect(verdicts[0]).toMatchObject({ verdict: 'ACCEPTED', castAt })
    for (const at of [1, 2, 3]) expect(verdicts[at]).toMatchObject({ verdict: 'INVALID_BALLOT', problems: [expect.stringMatching(/^castAt is .+ It must lie between .+ and 2 minutes after the clock of the ledger/)] })
    const fast = verdicts[4]
    expect(fast?.verdict === 'ACCEPTED' && fast.castAt >= before && fast.castAt <= Date.now(), 'a clock that is a minute fast: it counts as now').toBe(true)
    expect((await inLedger(key)).ballots).toBe(2)
  })
})

describe('what cannot be believed', () => {
  test('is answered and set aside with its reason, counts nothing and stops nobody', async () => {
    const { key, slug } = await createCrumbleton(store.elections, masterKey)
    await start()
    const stranger = await createSourceUnderTest('north/2031')
    const unknown = await createSourceUnderTest('nobody')
    const ballot = paperBallot(slug)
    const wrapped = (jws: string, v = 1): string => JSON.stringify({ v, ballot: jws })
    const good = await north.sign(ballot)
    const [head = '', , signature = ''] = good.split('.')
    const forged = Buffer.from(JSON.stringify({ ...ballot, selections: { baker: ['brioche'] } })).toString('base64url')
    const unsigned = `${Buffer.from(JSON.stringify({ alg: 'none', kid: 'north/2031' })).toString('base64url')}.${forged}.AA`
    const symmetric = `${Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'north/2031' })).toString('base64url')}.${forged}.AA`
    const rubbish: [string | Buffer | null, 'UNAUTHORIZED' | 'QUARANTINED', string][] = [
      [null, 'QUARANTINED', 'there is no value'],
      [randomBytes(900_000), 'QUARANTINED', 'has 900000'],
      ['not JSON', 'QUARANTINED', 'not JSON'],
      [Buffer.from([0xff, 0xfe, 0x00]), 'QUARANTINED', 'not JSON'],
      ['[]', 'QUARANTINED', 'no submitted ballot'],
      [wrapped(good, 2), 'QUARANTINED', 'version 2 is not known'],
      [wrapped('not.a.signature!'), 'QUARANTINED', 'JSON Web Signature'],
      [wrapped(`${'A'.repeat(64_000)}.B.C`), 'UNAUTHORIZED', 'names no key'],
      [wrapped(await north.sign({ ...ballot, v: 2 })), 'QUARANTINED', 'version 2 is not known'],
      [wrapped(await north.sign('not a ballot')), 'QUARANTINED', 'not JSON'],
      [wrapped(await north.sign({ ...ballot, channel: 'PIGEON' })), 'QUARANTINED', 'channel'],
      [wrapped(await north.sign(ballot, { kid: undefined })), 'UNAUTHORIZED', 'names no key'],
      [wrapped(`${head}.${forged}.${signature}`), 'UNAUTHORIZED', 'registered for "north"'],
      [wrapped(unsigned), 'UNAUTHORIZED', 'registered for "north"'],
      [wrapped(symmetric), 'UNAUTHORIZED', 'registered for "north"'],
      [wrapped(await stranger.sign(ballot)), 'UNAUTHORIZED', 'registered for "north"'],
      [wrapped(await unknown.sign(ballot)), 'UNAUTHORIZED', 'registered for "nobody"'],
    ]
    for (const [value] of rubbish) await mail.send({ value })
    await mail.hand(north, ballot)
    const verdicts = await told(rubbish.length + 1)
    rubbish.forEach(([, verdict, reason], at) => {
      expect(verdicts[at]).toMatchObject({ verdict, offset: String(at), idempotencyKey: null, source: null })
      expect(verdicts[at]?.message).toContain(reason)
      expect(mail.quarantined.find(({ offset }) => offset === String(at))).toMatchObject({ topic: TOPIC.ballotsIncoming, reason: verdicts[at]?.message })
    })
    expect(verdicts[rubbish.length]).toMatchObject({ verdict: 'ACCEPTED' })
    expect(mail.quarantined).toHaveLength(rubbish.length)
    expect(await inLedger(key)).toEqual({ ballots: 1, participations: 1 })
  })

  test('a key that is registered while the worker runs is believed, and one that is taken out is not any more', async () => {
    const { slug } = await createCrumbleton(store.elections, masterKey)
    const south = await createSourceUnderTest('south', 'ES256')
    await start()
    await mail.hand(south, paperBallot(slug))
    expect((await told(1))[0]).toMatchObject({ verdict: 'UNAUTHORIZED' })
    await registerKeys(keysFile(), [south])
    const later = async (verdict: string): Promise<void> => {
      await eventually(async () => {
        const before = mail.verdicts.length
        await mail.hand(south, paperBallot(slug))
        return (await told(before + 1)).at(-1)?.verdict === verdict
      }, { what: `a ballot of the south to be ${verdict}` })
    }
    await later('ACCEPTED')
    await writeFile(keysFile(), 'half a fi')
    await mail.hand(south, paperBallot(slug))
    expect((await told(mail.verdicts.length + 1)).at(-1), 'a damaged file changes nothing').toMatchObject({ verdict: 'ACCEPTED' })
    await registerKeys(keysFile(), [north])
    await later('UNAUTHORIZED')
  })

  test('a ballot of an election that was made with another master key is not counted, and kept for later', async () => {
    const { key, slug } = await createCrumbleton(store.elections, randomBytes(32))
    await start()
    const ballot = paperBallot(slug)
    await mail.hand(north, ballot)
    expect((await told(1))[0]).toMatchObject({ verdict: 'QUARANTINED', source: 'north', idempotencyKey: ballot.idempotencyKey })
    expect(await inLedger(key)).toEqual({ ballots: 0, participations: 0 })
  })
})

describe('whatever happens between ledger and verdict', () => {
  test('a worker that dies before its verdicts are out is followed by one that tells the same, and every ballot counts once', async () => {
    const { key, slug } = await createCrumbleton(store.elections, masterKey)
    let failures = 0
    const unlucky: EventLog = {
      ...log,
      async producer() {
        const producer = await log.producer()
        return {
          ...producer,
          async send(records) {
            if (records[0]?.topic === TOPIC.ballotsVerdicts && failures < 3) {
              failures += 1
              throw new Error('the verdicts got lost on the way')
            }
            await producer.send(records)
          },
        }
      },
    }
    const ballots = Array.from({ length: 40 }, () => paperBallot(slug))
    await mail.hand(north, ...ballots)
    await start(unlucky)
    const verdicts = await told(40)
    expect(failures).toBe(3)
    expect(verdicts.map(({ verdict, idempotencyKey }) => [verdict, idempotencyKey])).toEqual(ballots.map(({ idempotencyKey }) => ['ACCEPTED', idempotencyKey]))
    const { rows } = await store.owner.query<{ tracker: string }>('SELECT tracker FROM box_entry WHERE election = $1', [key])
    expect(verdicts.map((verdict) => verdict.verdict === 'ACCEPTED' && verdict.tracker).toSorted()).toEqual(rows.map(({ tracker }) => tracker).toSorted())
    expect(await inLedger(key)).toEqual({ ballots: 40, participations: 40 })
  })

  test('a flood of ballots, repeats and rubbish is answered to the last record, and what was good counts once', async () => {
    const { key, slug } = await createCrumbleton(store.elections, masterKey)
    const ballots = Array.from({ length: 1_000 }, () => paperBallot(slug))
    for (let at = 0; at < ballots.length; at += 100) {
      await mail.hand(north, ...ballots.slice(at, at + 100), ...ballots.slice(at, at + 50))
      await mail.send(...Array.from({ length: 100 }, (_, number) => ({ value: `rubbish ${number}`, partition: number % 4 })))
    }
    await start()
    const verdicts = await told(2_500)
    const count = (wanted: string): number => verdicts.filter(({ verdict }) => verdict === wanted).length
    expect({ ACCEPTED: count('ACCEPTED'), QUARANTINED: count('QUARANTINED') }).toEqual({ ACCEPTED: 1_500, QUARANTINED: 1_000 })
    expect(await inLedger(key)).toEqual({ ballots: 1_000, participations: 1_000 })
    await eventually(() => mail.quarantined.length === 1_000, { what: 'the rubbish in quarantine' })
  })

  test('two workers share the partitions and count every ballot once', async () => {
    const { key, slug } = await createCrumbleton(store.elections, masterKey)
    await start()
    const first = workers
    await start()
    const ballots = Array.from({ length: 200 }, () => paperBallot(slug))
    for (const [at, ballot] of ballots.entries()) await mail.send({ partition: at % 4, value: encodeBallotSubmitted({ v: 1, ballot: await north.sign(ballot) }) })
    await told(100)
    await first?.[Symbol.asyncDispose]()
    await eventually(() => new Set(mail.verdicts.map(({ idempotencyKey }) => idempotencyKey)).size === 200, { what: 'a verdict on each' })
    expect(mail.verdicts.every(({ verdict }) => verdict === 'ACCEPTED')).toBe(true)
    expect(await inLedger(key)).toEqual({ ballots: 200, participations: 200 })
  })
})
