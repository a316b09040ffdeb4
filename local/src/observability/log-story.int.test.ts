import { afterEach, describe, expect, test } from 'vitest'
import { openElection, type ElectionUnderTest } from '../faults/election-under-test.js'
import { createTestNetwork, eventually, startOwnPostgres, type TestNetwork } from '../test-network/index.js'
import { linesWith, readLog, type LogLine } from './log-lines.js'

const OF_PINO = ['level', 'time', 'pid', 'hostname', 'name', 'msg', 'event', 'role', 'roles', 'port']
const FIELDS = new Set([...OF_PINO, 'election', 'elections', 'box', 'boxes', 'count', 'topic', 'partition', 'partitions', 'offset', 'key', 'keys', 'epoch', 'generation', 'revision', 'entries', 'seq', 'records', 'views', 'ms', 'tries', 'reason', 'file', 'err'])

/** On a busy machine nobody is to be taken for dead who is not. */
const PATIENT = { KAFKA_SESSION_TIMEOUT_MS: '8000', RELAY_LEASE_MS: '8000' }

const open: AsyncDisposable[] = []
afterEach(async () => { for (const part of open.splice(0).toReversed()) await part[Symbol.asyncDispose]() })

const told = (network: TestNetwork, worker: number, wanted: Partial<LogLine>): Promise<LogLine[]> => readLog(network, `workers-${worker}`).then((lines) => linesWith(lines, wanted))
const hears = (network: TestNetwork, worker: number, wanted: Partial<LogLine>, lines = 1): Promise<unknown> =>
  eventually(async () => (await told(network, worker, wanted)).length >= lines, { limitMs: 60_000, what: `worker ${worker} to tell ${JSON.stringify(wanted)}` })

async function settled(network: TestNetwork, under: ElectionUnderTest, ballots: number): Promise<void> {
  await under.load({ ballots: under.ballots(ballots), rate: 200 }).run()
  await eventually(async () => (await network.graphql<{ election: { results: { ballotsCast: number } } }>('query($id: ID!) { election(id: $id) { results { ballotsCast } } }', { id: under.election.id })).election.results.ballotsCast === ballots, { limitMs: 60_000, what: 'all ballots to be published' })
}

/** So many signs of life of the relay: several looks of every role at its work. */
async function idles(network: TestNetwork, beats: number): Promise<void> {
  const beat = async (): Promise<number> => Number((await network.pool.query<{ beat: string }>('SELECT max(beat) AS beat FROM relay_position')).rows[0]?.beat)
  const from = await beat()
  await eventually(async () => await beat() >= from + beats, { limitMs: 60_000, what: `${beats} signs of life` })
}

describe('the log of the workers', () => {
  test('tells a takeover in one line for each thing that happened, and nothing while nothing does', async () => {
    const network = await createTestNetwork({ suite: 'log-takeover', workers: 2, env: PATIENT })
    open.push(network)
    const under = await openElection(network, 'storytellers')
    open.push(under)
    await settled(network, under, 40)
    const relayOf = async (): Promise<number> => (await told(network, 0, { role: 'relay', event: 'ASSIGNED' })).length > 0 ? 0 : 1
    await idles(network, 6)
    const before = [(await readLog(network, 'workers-0')).length, (await readLog(network, 'workers-1')).length]
    await idles(network, 10)
    expect([(await readLog(network, 'workers-0')).length, (await readLog(network, 'workers-1')).length], 'nothing happened, so nothing was told').toEqual(before)

    const victim = await relayOf()
    const heir = 1 - victim
    // Both look for free boxes at once: they may have shared them.
    const boxes = (await told(network, victim, { role: 'relay', event: 'ASSIGNED' })).flatMap((line) => line['boxes'] as string[])
    const assigned = async (role: string): Promise<number> => (await told(network, heir, { role, event: 'ASSIGNED' })).length
    const earlier = { tabulator: await assigned('tabulator'), publisher: (await told(network, heir, { role: 'publisher', event: 'ASSIGNED', topic: 'tallies' })).length, ingest: await assigned('ingest') }
    await network.workers[victim]?.kill('SIGKILL')
    await hears(network, heir, { role: 'relay', event: 'TAKEN_OVER' })
    for (const role of ['tabulator', 'ingest'] as const) await hears(network, heir, { role, event: 'ASSIGNED' }, earlier[role] + 1)
    await hears(network, heir, { role: 'publisher', event: 'ASSIGNED', topic: 'tallies' }, earlier.publisher + 1)
    await idles(network, 6)

    const lines = await readLog(network, `workers-${heir}`)
    expect(linesWith(lines, { role: 'relay', event: 'TAKEN_OVER' })).toMatchObject([{ level: 40, count: boxes.length, boxes: expect.arrayContaining(boxes) as unknown }])
    expect(linesWith(lines, { role: 'tabulator', event: 'ASSIGNED' })).toHaveLength(earlier.tabulator + 1)
    expect(linesWith(lines, { role: 'tabulator', event: 'ASSIGNED' }).at(-1)).toMatchObject({ topic: 'ballots', partitions: expect.objectContaining({ length: 8 }) as unknown })
    expect(linesWith(lines, { role: 'ingest', event: 'ASSIGNED' })).toHaveLength(earlier.ingest + 1)
    expect(linesWith(lines, { level: 50 })).toEqual([])
    expect(lines.flatMap((line) => Object.keys(line)).filter((field) => !FIELDS.has(field)), 'the same names for the same things').toEqual([])
    expect(lines.filter(({ event }) => event === undefined).map(({ msg }) => msg)).toEqual([])
  })

  test('tells that an election is counted anew box by box, once when it begins and once when it is done', async () => {
    const network = await createTestNetwork({ suite: 'log-rebuild', env: PATIENT })
    open.push(network)
    const under = await openElection(network, 'twice-told')
    open.push(under)
    await settled(network, under, 40)
    expect((await network.run('rebuild', ['--election', under.election.slug])).code).toBe(0)
    const lines = await readLog(network, 'workers-0')
    const [started, finished] = [linesWith(lines, { event: 'REBUILD_STARTED' }), linesWith(lines, { event: 'REBUILD_FINISHED' })]
    expect(started.length).toBeGreaterThan(0)
    expect(started.map(({ box }) => box)).toEqual([...new Set(started.map(({ box }) => box))])
    expect(finished.map(({ box, generation, reason }) => [box, generation, reason])).toEqual(started.map(({ box }) => [box, 2, 'ASKED_FOR']))
    expect(linesWith(lines, { level: 50 })).toEqual([])
  })

  test('tells once that Postgres is away, by each of those who miss it, and once that it is back', async () => {
    const postgres = await startOwnPostgres()
    open.push(postgres)
    const network = await createTestNetwork({ suite: 'log-recovery', servers: { postgresUrl: postgres.url }, env: PATIENT })
    open.push(network)
    const under = await openElection(network, 'patience')
    open.push(under)
    await settled(network, under, 20)
    await postgres.kill()
    await hears(network, 0, { role: 'relay', event: 'TROUBLE' })
    await eventually(async () => !(await fetch(`${network.apis[0]?.url}/readyz`)).ok, { limitMs: 30_000, what: 'the API to notice' })
    const since = Date.now()
    await eventually(() => Date.now() - since > 6_000, { limitMs: 10_000, what: 'three more tries, at the least' })
    await postgres.start()
    await hears(network, 0, { role: 'relay', event: 'RECOVERED' })
    await idles(network, 10)
    const lines = await readLog(network, 'workers-0')
    const troubles = linesWith(lines, { event: 'TROUBLE' }).map(({ role, msg }) => `${role}: ${msg.split(';')[0]}`)
    expect(new Set(troubles).size, troubles.join('\n')).toBe(troubles.length)
    const over = linesWith(lines, { event: 'RECOVERED' }).map(({ role, msg }) => `${role}: ${msg.replace('this is over: ', '')}`)
    expect(over.toSorted()).toEqual(troubles.toSorted())
    expect(linesWith(lines, { level: 50 })).toEqual([])
  })
})
