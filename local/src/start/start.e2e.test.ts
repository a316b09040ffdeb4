import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inheritedEnvironment } from '../environment.js'
import { eventually } from '../processes/eventually.js'
import { freePort } from '../processes/free-port.js'
import { isAlive } from '../processes/running-process.js'
import { projectRoot } from '../project-root.js'
import { postGraphql } from '../test-network/graphql-client.js'
import { votingCodesIn } from './demo.js'
import { familyOf, launch, memoryOf, processorSecondsOf } from './launcher-under-test.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livetally-start-'))
})
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

const settings = async (home: string) => ({ LIVETALLY_HOME: join(folder, home), PORT: String(await freePort()) })

/** What `npm start` has noted for the commands of its owner. */
const noted = async (home: string): Promise<{ managerToken: string }> => JSON.parse(await readFile(join(home, 'running.json'), 'utf8')) as { managerToken: string }
const roleOf = async (url: string, token: string): Promise<string> => (await postGraphql<{ viewer: { role: string } }>(url, '{ viewer { role } }', {}, token)).viewer.role
let tokenBefore = ''

type Counted = { elections: { nodes: { slug: string, results: { ballotsCast: number } | null }[] } }

async function ballotsCast(url: string): Promise<number> {
  const { elections } = await postGraphql<Counted>(url, '{ elections(first: 10) { nodes { slug results { ballotsCast } } } }', {}, undefined)
  return elections.nodes.reduce((sum, { results }) => sum + (results?.ballotsCast ?? 0), 0)
}

/** Ballots whose choices are shown. */
async function choicesShown(url: string): Promise<number> {
  const { election } = await postGraphql<{ election: { results: { contests: { ballots: number }[] } } }>(url, '{ election(slug: "evergreen-demo") { results { contests { ballots } } } }', {}, undefined)
  return Math.max(...election.results.contests.map(({ ballots }) => ballots))
}

/** Votes with a code as the web page does; gives the receipt's tracker. */
async function voteWith(url: string, code: string): Promise<string> {
  const { signInWithVotingCode: { token } } = await postGraphql<{ signInWithVotingCode: { token: string } }>(url, 'mutation ($code: String!) { signInWithVotingCode(electionId: "e1", code: $code) { token } }', { code }, undefined)
  const { castVote } = await postGraphql<{ castVote: { receipt: { tracker: string } } }>(url, `mutation ($key: ID!) {
    castVote(input: { electionId: "e1", idempotencyKey: $key, selections: [{ contestId: "e1/c/governor", optionIds: ["e1/o/governor/rosa-delgado"] }] }) { ... on VoteAccepted { receipt { tracker } } }
  }`, { key: randomUUID() }, token)
  return castVote.receipt.tracker
}

/** What the command prints; rejects with it where the recount does not agree. */
async function recount(home: Record<string, string>, slug: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(projectRoot, 'stream-workers/dist/recount/index.js'), '--election', slug], { cwd: projectRoot, env: { ...inheritedEnvironment(), ...home } })
  return stdout
}

describe('npm start', () => {
  test('brings everything up, with an election that is being voted in, and stops without leaving a process behind', async () => {
    const home = await settings('whole')
    await using launcher = launch(home)
    const url = await launcher.ready()
    expect(url).toBe(`http://localhost:${home.PORT}`)
    expect(launcher.lines().join('\n')).toMatch(/Voting codes to try( +[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}){3}/)
    expect((await fetch(url)).headers.get('content-type')).toContain('text/html')
    expect(await ballotsCast(url)).toBeGreaterThanOrEqual(10_000)
    expect(await choicesShown(url)).toBeGreaterThan(9_000)

    const [votingCode = ''] = votingCodesIn(launcher.lines().join('\n'), 3)
    const tracker = await voteWith(url, votingCode)
    const isCounted = async () => {
      const { receipt } = await postGraphql<{ receipt: { state: string } }>(url, 'query ($tracker: String!) { receipt(tracker: $tracker) { state } }', { tracker }, undefined)
      return !['ACCEPTED', 'TABULATED'].includes(receipt.state)
    }
    await eventually(isCounted, { limitMs: 5_000, everyMs: 50, what: 'the vote to be counted in turnout' })

    const seen = new Set<number>()
    const since = performance.now()
    await eventually(async () => seen.add(await choicesShown(url)).size > 10, { limitMs: 30_000, everyMs: 50, what: 'choices to move ten times' })
    expect(performance.now() - since, 'choices move once a second at least').toBeLessThan(10_000)

    expect(await recount(home, 'evergreen-demo')).toContain('✓ I1')

    tokenBefore = (await noted(home.LIVETALLY_HOME)).managerToken
    expect(await roleOf(url, tokenBefore)).toBe('MANAGER')
    const family = await familyOf(launcher.pid)
    expect(await memoryOf(family.map(({ pid }) => pid))).toBeLessThan(1.5 * 1024 ** 3)
    const { code, tookMs } = await launcher.end('SIGTERM')
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(10_000)
    await eventually(() => family.every(({ pid }) => !isAlive(pid)), { limitMs: 2000, what: 'every process to be gone' })
  })

  test('goes on with the same ballots after a restart, notes where it runs for its owner only, and revives what dies', async () => {
    const home = await settings('whole')
    await using launcher = launch(home)
    const url = await launcher.ready()
    // The promise is 25 s on a machine of two cores; processor time holds also where other programs run meanwhile.
    const family = await familyOf(launcher.pid)
    expect(await processorSecondsOf(family.map(({ pid }) => pid))).toBeLessThan(25)
    await eventually(async () => (await ballotsCast(url)) > 10_000, { limitMs: 10_000, what: 'the ballots from before' })
    expect((await readFile(join(home.LIVETALLY_HOME, 'logs', 'demo.log'), 'utf8')).match(/ballots were cast in/g), 'nobody is cast for again').toHaveLength(1)

    const file = join(home.LIVETALLY_HOME, 'running.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ url, pid: launcher.pid, topicPrefix: 'livetally.' })
    expect(await roleOf(url, (await noted(home.LIVETALLY_HOME)).managerToken)).toBe('MANAGER')
    await expect(roleOf(url, tokenBefore), 'the token of the run before is void').rejects.toMatchObject({ code: 'UNAUTHENTICATED' })

    const api = (await childrenNamed(launcher.pid, 'api/dist/index.js'))[0] ?? 0
    process.kill(api, 'SIGKILL')
    await launcher.says(/^api ended \(SIGKILL\); it is started again/)
    await launcher.says(/^api is back/)
    expect(await ballotsCast(url)).toBeGreaterThan(10_000)

    expect((await launcher.end('SIGINT')).code).toBe(0)
    await expect(stat(file)).rejects.toThrow(/ENOENT/)
  })

  test('takes its processes along when it is killed without a chance to stop them', async () => {
    const home = await settings('whole')
    await using launcher = launch(home, ['--no-demo'])
    await launcher.ready()
    const family = await familyOf(launcher.pid)
    expect(family.length).toBeGreaterThan(4)
    await launcher.end('SIGKILL')
    await eventually(() => family.every(({ pid }) => !isAlive(pid)), { limitMs: 15_000, what: 'every process to be gone' })
  })

  test('runs in one process on memory where Kafka cannot be had, counts there, too, and says so', async () => {
    const bin = join(folder, 'bin')
    await mkdir(bin, { recursive: true })
    await symlink(process.execPath, join(bin, 'node'))
    await using launcher = launch({ ...(await settings('memory')), PATH: bin, XDG_CACHE_HOME: join(folder, 'empty-cache') })
    const url = await launcher.ready()
    expect(launcher.lines().join('\n')).toMatch(/Without Apache Kafka: (Maven|no Java)/)
    expect(await ballotsCast(url)).toBeGreaterThanOrEqual(10_000)
    expect((await launcher.end('SIGTERM')).code).toBe(0)
  })
})

async function childrenNamed(pid: number, words: string): Promise<number[]> {
  const family = await familyOf(pid)
  const lines = await Promise.all(family.map(async (member) => ({ pid: member.pid, line: await readFile(`/proc/${member.pid}/cmdline`, 'utf8').catch(() => '') })))
  return lines.filter(({ line }) => line.includes(words)).map((member) => member.pid)
}

describe('npm start says in one sentence, and exits 1', () => {
  const sentence = async (own: Record<string, string>, args: readonly string[] = []) => {
    await using launcher = launch({ ...(await settings('refused')), ...own }, args)
    expect(await launcher.exited).toBe(1)
    return launcher.lines().at(-1)
  }

  test('that the port is taken', async () => {
    const port = await freePort()
    const server = createServer().listen(port, '127.0.0.1')
    try {
      expect(await sentence({ PORT: String(port) })).toBe(`Port ${port} is taken by another program: stop it, or choose another port, as in PORT=${port + 1} npm start.`)
    } finally {
      server.close()
    }
  })

  test('that DATABASE_URL cannot be reached, without repeating its password', async () => {
    const said = await sentence({ DATABASE_URL: 'postgres://clerk:secret@127.0.0.1:1/votes' })
    expect(said).toBe('DATABASE_URL cannot be reached (127.0.0.1:1/votes): connect ECONNREFUSED 127.0.0.1:1.')
  })

  test('that KAFKA_BROKERS cannot be reached', async () => {
    expect(await sentence({ KAFKA_BROKERS: '127.0.0.1:1' })).toMatch(/^KAFKA_BROKERS cannot be reached \(127\.0\.0\.1:1\): .*ECONNREFUSED/)
  })

  test('that the data folder is damaged', async () => {
    const home = join(folder, 'damaged')
    await mkdir(join(home, 'postgres'), { recursive: true })
    await writeFile(join(home, 'postgres', 'base'), 'half of a copy')
    expect(await sentence({ LIVETALLY_HOME: home })).toMatch(/damaged\/postgres is not a Postgres data folder, or a damaged one/)
  })

  test('that a setting or an argument makes no sense', async () => {
    expect(await sentence({ PORT: 'four thousand' })).toMatch(/^Setting PORT: /)
    expect(await sentence({}, ['--frehs'])).toMatch(/--fresh/)
  })

  test('that it runs already with the same data', async () => {
    const home = await settings('twice')
    await using first = launch(home, ['--no-demo'])
    await first.ready()
    expect(await sentence({ ...home, PORT: String(await freePort()) })).toMatch(/^LiveTally runs already with the data in .*twice \(process \d+\)/)
  })
})
