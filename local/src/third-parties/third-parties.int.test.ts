import { createKafkaEventLog, type BallotDecided, type EventLog, type SignedBallot } from '@livetally/core/events'
import { bringToOpen, createApiClient, createElection } from '@livetally/simulator'
import { Kafka, logLevel } from 'kafkajs'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { definitionNow } from '../../../core/src/store/store-under-test.js'
import { createSourceUnderTest, openCorrespondence, paperBallot, registerKeys, type Correspondence, type SourceUnderTest } from '../../../stream-workers/src/ingest/ingest-under-test.js'
import { createTestNetwork, eventually, startOwnPostgres, type TestNetwork } from '../test-network/index.js'
import { sendByJava, sendByNode } from './example-senders.js'

/** What another system knows of us: brokers, prefix, the election's slug, and its own key. */
interface Town extends AsyncDisposable {
  readonly network: TestNetwork
  readonly slug: string
  readonly mail: Correspondence
  readonly source: SourceUnderTest
  accepted(): Promise<number>
}

const open: AsyncDisposable[] = []
afterEach(async () => { for (const part of open.splice(0).toReversed()) await part[Symbol.asyncDispose]() })

async function foundTown(suite: string, source: SourceUnderTest, options: Partial<Parameters<typeof createTestNetwork>[0]> = {}): Promise<Town> {
  const network = await createTestNetwork({ suite, ...options })
  await registerKeys(join(network.home, 'ingest-keys.json'), [source])
  const client = createApiClient({ url: network.apis[0]?.url ?? '', token: network.tokens.manager, giveUpAfterMs: 30_000 })
  const slug = `crumbleton-${randomBytes(3).toString('hex')}`
  const created = await createElection(client, { ...definitionNow({ slug }) } as never)
  if (!created.ok) throw new Error(JSON.stringify(created.problems))
  await bringToOpen(client, created.election)
  const log: EventLog = createKafkaEventLog({ brokers: network.kafkaBrokers, topicPrefix: network.topicPrefix, clientId: 'town' })
  const mail = await openCorrespondence(log)
  const town: Town = {
    network, slug, mail, source,
    async accepted() {
      const { rows } = await network.pool.query<{ ballots: number }>('SELECT count(*)::integer AS ballots FROM box_entry')
      return rows[0]?.ballots ?? -1
    },
    async [Symbol.asyncDispose]() {
      await mail[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
      await client[Symbol.asyncDispose]()
      await network[Symbol.asyncDispose]()
    },
  }
  open.push(town)
  return town
}

const verdictOf = ({ mail }: Town, { idempotencyKey }: SignedBallot): Promise<BallotDecided> =>
  eventually(() => mail.verdicts.find((verdict) => verdict.idempotencyKey === idempotencyKey), { limitMs: 60_000, what: `the verdict on ${idempotencyKey}` }) as Promise<BallotDecided>
const allDecided = (town: Town, ballots: readonly SignedBallot[]): Promise<BallotDecided[]> => Promise.all(ballots.map((ballot) => verdictOf(town, ballot)))

/** As anybody would with kafkajs: its own partitioner, its own settings. */
async function sendByKafkajs({ network, source }: Town, ballots: readonly SignedBallot[]): Promise<void> {
  const producer = new Kafka({ brokers: [...network.kafkaBrokers], clientId: 'a-stranger', logLevel: logLevel.NOTHING }).producer()
  await producer.connect()
  const messages = await Promise.all(ballots.map(async (ballot) => ({ key: ballot.idempotencyKey, value: JSON.stringify({ v: 1, ballot: await source.sign(ballot) }) })))
  await producer.send({ topic: `${network.topicPrefix}ballots.incoming`, messages })
  await producer.disconnect()
}

describe('another system hands ballots in over Kafka', () => {
  test('with kafkajs: each is accepted, counted and published', async () => {
    const town = await foundTown('third-kafkajs', await createSourceUnderTest('north/2031'))
    const ballots = Array.from({ length: 200 }, () => paperBallot(town.slug))
    await sendByKafkajs(town, ballots)
    const verdicts = await allDecided(town, ballots)
    expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['ACCEPTED']))
    await eventually(async () => {
      const { election } = await town.network.graphql<{ election: { results: { ballotsCast: number } | null } }>(
        'query($slug: String!) { election(slug: $slug) { results { ballotsCast } } }', { slug: town.slug })
      return election.results?.ballotsCast === 200
    }, { limitMs: 30_000, what: 'the 200 ballots in published results' })
  })

  test.each([
    ['in Java, with Kafka\'s own client and a signature of another library', sendByJava, 'ES256'],
    ['for Node', sendByNode, 'EdDSA'],
  ])('by the guide\'s example %s: the verdict names the record that the sender was told', async (_what, send, algorithm) => {
    const town = await foundTown('third-examples', await createSourceUnderTest('harbour', algorithm))
    const keyFile = join(town.network.home, 'harbour.private.jwk')
    await writeFile(keyFile, JSON.stringify(town.source.privateJwk))
    const ballots = Array.from({ length: 20 }, () => paperBallot(town.slug, { attributes: { age: 'young' } }))
    const [first] = ballots
    const sent = await send({ broker: town.network.kafkaBrokers[0] ?? '', topicPrefix: town.network.topicPrefix, keyFile, ballots: [...ballots, ...ballots.slice(0, 1)].map((ballot) => JSON.stringify(ballot)) })
    expect(sent).toHaveLength(21)
    await eventually(() => town.mail.verdicts.length >= 21, { limitMs: 60_000, what: '21 verdicts' })
    for (const { idempotencyKey, partition, offset } of sent) {
      expect(town.mail.verdicts.find((verdict) => verdict.partition === partition && verdict.offset === offset)).toMatchObject({ verdict: 'ACCEPTED', source: 'harbour', idempotencyKey })
    }
    const twice = town.mail.verdicts.filter(({ idempotencyKey }) => idempotencyKey === first?.idempotencyKey)
    expect(new Set(twice.map((verdict) => verdict.verdict === 'ACCEPTED' && verdict.tracker)).size, 'sent twice, it has one tracker').toBe(1)
    expect(await town.accepted()).toBe(20)
  })

  test('while others write rubbish of a megabyte: nobody is held up', async () => {
    const town = await foundTown('third-rubbish', await createSourceUnderTest('north'))
    const before = [paperBallot(town.slug)]
    await sendByKafkajs(town, before)
    for (let partition = 0; partition < 4; partition += 1) await town.mail.send({ partition, value: randomBytes(1_000_000) }, { partition, value: 'hello' })
    const after = Array.from({ length: 40 }, () => paperBallot(town.slug))
    await sendByKafkajs(town, after)
    expect((await allDecided(town, [...before, ...after])).every(({ verdict }) => verdict === 'ACCEPTED')).toBe(true)
    await eventually(() => town.mail.quarantined.length >= 8, { what: 'the rubbish in quarantine' })
    expect(town.mail.quarantined.map(({ valueBytes }) => valueBytes).toSorted((one, other) => one - other)).toEqual([5, 5, 5, 5, 1_000_000, 1_000_000, 1_000_000, 1_000_000])
  })
})

describe('what was set aside', () => {
  test('is listed, shown, and sent again when its sender\'s key has been registered at last: then it counts', async () => {
    const town = await foundTown('third-quarantine', await createSourceUnderTest('north'))
    const late = await createSourceUnderTest('late/1')
    const quarantine = (...args: string[]) => town.network.run('quarantine', args)
    expect((await quarantine('list')).stdout).toContain('Nothing is in quarantine')
    const ballots = [paperBallot(town.slug), paperBallot(town.slug)]
    await town.mail.hand(late, ...ballots)
    await town.mail.send({ value: '\u001B[31mrubbish' })
    await eventually(() => town.mail.quarantined.length === 3, { limitMs: 30_000, what: 'three records in quarantine' })

    const listed = await quarantine('list', '--reason', 'registered for "late"')
    expect(listed.stdout.split('\n').filter((line) => line.includes('ballots.incoming/'))).toHaveLength(2)
    const shown = await quarantine('show', '2')
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('\\u{1b}[31mrubbish')])
    expect((await quarantine('show', '99')).stderr).toContain('There is no quarantined record 99')
    expect((await quarantine('replay')).stderr).toContain('Say which')

    await registerKeys(join(town.network.home, 'ingest-keys.json'), [town.source, late])
    const probe = async (): Promise<boolean> => {
      const answers = town.mail.verdicts.length
      await town.mail.hand(late, paperBallot(town.slug))
      await eventually(() => town.mail.verdicts.length > answers, { what: 'an answer' })
      return town.mail.verdicts.at(-1)?.verdict === 'ACCEPTED'
    }
    await eventually(probe, { limitMs: 30_000, what: 'the new key to be known' })
    const before = await town.accepted()
    const replayed = await quarantine('replay', '--topic', 'ballots.incoming', '--reason', 'registered for "late"')
    expect(replayed.code).toBe(0)
    expect(replayed.stdout).toMatch(/\d+ of \d+ records were sent again/)
    expect((await allDecided(town, ballots)).every(({ verdict }) => verdict === 'ACCEPTED')).toBe(true)
    expect(await town.accepted()).toBeGreaterThanOrEqual(before + 2)
    const again = await quarantine('replay', '0')
    expect(again.stdout).toContain('1 of 1 records were sent again')
    await eventually(() => town.mail.verdicts.filter(({ idempotencyKey }) => idempotencyKey === ballots[0]?.idempotencyKey).length >= 2, { limitMs: 30_000, what: 'the same verdict again' })
    const { rows } = await town.network.pool.query('SELECT 1 FROM participation')
    expect(rows).toHaveLength(await town.accepted())
  })
})

describe('no ballot of another system is lost', () => {
  test('Postgres is away while they arrive: they wait, and are accepted when it is back', async () => {
    await using postgres = await startOwnPostgres()
    const town = await foundTown('third-postgres', await createSourceUnderTest('north'), { servers: { postgresUrl: postgres.url } })
    const first = [paperBallot(town.slug)]
    await sendByKafkajs(town, first)
    await allDecided(town, first)
    await postgres.kill()
    const meanwhile = Array.from({ length: 100 }, () => paperBallot(town.slug))
    await sendByKafkajs(town, meanwhile)
    const waits = async (): Promise<boolean> => /livetally_ingest_waits_total [1-9]/.test(await (await fetch(`${town.network.workers[0]?.url}/metrics`)).text())
    await eventually(waits, { limitMs: 60_000, what: 'the ballots to wait for the ledger' })
    expect(town.mail.verdicts).toHaveLength(1)
    await postgres.start()
    expect((await allDecided(town, meanwhile)).every(({ verdict }) => verdict === 'ACCEPTED')).toBe(true)
    expect(await town.accepted()).toBe(101)
    await town[Symbol.asyncDispose]()
    open.splice(0)
  })

  test('a worker is killed with ballots in its hands: another tells their verdicts, and each counts once', async () => {
    const town = await foundTown('third-kill', await createSourceUnderTest('north'), { workers: [{}, { ROLES: 'ingest' }], env: { KAFKA_SESSION_TIMEOUT_MS: '2000' } })
    const ballots = Array.from({ length: 1_000 }, () => paperBallot(town.slug))
    const sending = (async () => { for (let at = 0; at < ballots.length; at += 50) await sendByKafkajs(town, ballots.slice(at, at + 50)) })()
    await eventually(() => town.mail.verdicts.length > 100, { limitMs: 60_000, what: 'the first verdicts' })
    await town.network.workers[1]?.kill()
    await sending
    expect((await allDecided(town, ballots)).every(({ verdict }) => verdict === 'ACCEPTED')).toBe(true)
    expect(await town.accepted()).toBe(1_000)
  })
})
