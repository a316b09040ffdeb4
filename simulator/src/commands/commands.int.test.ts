import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTestNetwork, eventually, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoElection } from '../demo/demo-election.js'

let network: TestNetwork

beforeAll(async () => { network = await createTestNetwork({ suite: 'simulator-commands' }) })
afterAll(async () => { await network[Symbol.asyncDispose]() })

function run(command: 'election' | 'voters' | 'replay' | 'simulate' | 'recount', ...args: string[]): ReturnType<TestNetwork['run']> {
  return network.run(command, args, { LIVETALLY_INGEST_TOKEN: network.tokens.ingest })
}

async function file(name: string, text: string): Promise<string> {
  const path = join(network.home, name)
  await writeFile(path, text)
  return path
}

interface Results { election: { phase: string, results: { ballotsCast: number } } }

async function resultsOf(slug: string): Promise<Results['election']> {
  const { election } = await network.graphql<Results>('query Results($slug: String!) { election(slug: $slug) { phase results { ballotsCast } } }', { slug })
  return election
}

describe('npm run election', () => {
  test('creates, publishes and opens an election, and prints its slug and ID', async () => {
    const path = await file('otters.json', JSON.stringify(demoElection({ slug: 'otters' })))
    const created = await run('election', '--file', path, '--open')
    expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^otters e\d+\n$/) })
    expect((await resultsOf('otters')).phase).toBe('OPEN')
  })

  test('warns of a place where so few may vote that its choices could be read off, and publishes it only once that is confirmed', async () => {
    const definition = demoElection({ slug: 'voles' })
    const reportingUnits = definition.reportingUnits.map((unit) => unit.id === 'alder-03' ? { ...unit, eligibleVoters: 7 } : unit)
    const path = await file('voles.json', JSON.stringify({ ...definition, reportingUnits, opensAt: new Date(Date.now() + 3_600_000).toISOString() }))
    const stopped = await run('election', '--file', path)
    expect(stopped).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('say --yes') })
    expect(stopped.stderr).toMatch(/voles\.json describes an election\. To know before it is published:\n {2}reportingUnits\[\d+\]: ".+" has 7 eligible voters, fewer than 20/)
    const created = await run('election', '--file', path, '--yes')
    expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^voles e\d+\n$/) })
    expect(created.stderr).toMatch(/voles\.json\. Confirmed with --yes:\n {2}reportingUnits\[\d+\]: ".+" has 7 eligible voters, fewer than 20/)
    expect((await resultsOf('voles')).phase).toBe('SCHEDULED')
  })

  test('names everything that is wrong with a definition, and says where a file stops being JSON', async () => {
    const wrong = { ...demoElection({ slug: 'Otters!' }), contests: [] }
    const refused = await run('election', '--file', await file('wrong.json', JSON.stringify(wrong)))
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toContain('slug: must be 1 to 63 small letters, digits and hyphens')
    expect(refused.stderr).toContain('contests: must name at least one contest')
    const broken = await run('election', '--file', await file('broken.json', '{\n  "slug" "otters"\n}'))
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining('line 2, column 10: a colon was expected') })
  })
})

describe('npm run voters', () => {
  test('registers made-up voters, whose codes sign in', async () => {
    await run('election', '--file', await file('beavers.json', JSON.stringify(demoElection({ slug: 'beavers' }))), '--open')
    const registered = await run('voters', '--election', 'beavers', '--count', '3')
    const [header, first = '', ...others] = registered.stdout.trim().split('\n')
    expect(registered.code).toBe(0)
    expect(header).toBe('voter_id,voting_code,reporting_unit,name')
    expect(others).toHaveLength(2)
    const { election } = await network.graphql<{ election: { id: string } }>('{ election(slug: "beavers") { id } }')
    const session = await network.graphql<{ signInWithVotingCode: { hasVoted: boolean } }>('mutation SignIn($id: ID!, $code: String!) { signInWithVotingCode(electionId: $id, code: $code) { hasVoted } }', { id: election.id, code: first.split(',')[1] })
    expect(session.signInWithVotingCode.hasVoted).toBe(false)
  })

  test('names the bad lines of a roll and registers nobody of it', async () => {
    const path = await file('roll.csv', 'voter_id,reporting_unit\nv-1,alder-01\nv-2,atlantis\n')
    const refused = await run('voters', '--election', 'beavers', '--file', path)
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Line 3: "atlantis" is not a place of this election where ballots are cast.') })
    const mended = await run('voters', '--election', 'beavers', '--file', await file('roll.csv', 'voter_id,reporting_unit\nv-1,alder-01\n'))
    expect(mended.stdout).toMatch(/\nv-1,[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4},alder-01,\n$/)
  })
})

describe('npm run voters that is killed in the middle', () => {
  test('is finished by the same command: everybody has one code, which signs in; a lost one is issued anew', async () => {
    await run('election', '--file', await file('moles.json', JSON.stringify(demoElection({ slug: 'moles' }))), '--open')
    const { election } = await network.graphql<{ election: { id: string } }>('{ election(slug: "moles") { id } }')
    const registered = async () => (await network.pool.query<{ count: string }>('SELECT count(*) FROM voter WHERE election = $1', [Number(election.id.slice(1))])).rows[0]?.count
    const out = join(network.home, 'moles.csv')
    const args = ['--election', 'moles', '--count', '4000', '--out', out]
    const child = spawn(process.execPath, ['simulator/dist/commands/voters.js', ...args], { env: { PATH: process.env['PATH'], LIVETALLY_HOME: network.home, LIVETALLY_URL: network.apis[0]?.url, LIVETALLY_TOKEN: network.tokens.manager }, stdio: 'ignore' })
    await eventually(async () => Number(await registered()) >= 1_000, { limitMs: 30_000, everyMs: 2, what: '1,000 registered voters' })
    child.kill('SIGKILL')
    await once(child, 'exit')
    const killedAt = await registered()
    expect(Number(killedAt)).toBeLessThan(4_000)
    const finished = await run('voters', ...args)
    expect(finished).toMatchObject({ code: 0, stderr: expect.stringContaining('An earlier run of this command did not finish: it goes on.') })
    const rows = (await readFile(out, 'utf8')).trim().split('\n').slice(1).map((row) => row.split(','))
    expect([rows.length, new Set(rows.map(([voter]) => voter)).size, new Set(rows.map(([, code]) => code)).size, await registered()]).toEqual([4_000, 4_000, 4_000, '4000'])
    const signIn = (code = '') => network.graphql('mutation SignIn($id: ID!, $code: String!) { signInWithVotingCode(electionId: $id, code: $code) { hasVoted } }', { id: election.id, code })
    // Around the place where it was killed, and of every batch.
    const tried = rows.filter((_, at) => at % 250 === 0 || Math.abs(at - Number(killedAt)) < 12)
    for (const [, code] of tried) await signIn(code)
    expect(await run('voters', ...args)).toMatchObject({ code: 1, stderr: expect.stringContaining('moles.csv is there already, and nothing is ever written over.') })

    const [voter = '', lost = ''] = rows[0] ?? []
    const anew = await run('voters', '--election', 'moles', '--reissue', voter, '--reissue', 'nobody')
    expect(anew).toMatchObject({ code: 1, stderr: expect.stringContaining('nobody: This voterId is not on the roll') })
    await signIn(anew.stdout.split('\n')[1]?.split(',')[1])
    await expect(signIn(lost)).rejects.toThrow('not known in this election')
  })
})

describe('npm run simulate', () => {
  test('lets a synthetic electorate vote, every vote of which is published', async () => {
    const simulated = await run('simulate', '--voters', '600', '--rate', '300', '--seed', '5')
    expect(simulated).toMatchObject({ code: 0, stdout: expect.stringContaining('Every accepted ballot is in the published results.') })
    expect(simulated.stdout).toMatch(/accepted +600\n/)
    expect((await resultsOf('simulation-5')).results.ballotsCast).toBe(600)
    expect((await run('recount', '--election', 'simulation-5')).code).toBe(0)
  })

  test('goes on where it stopped instead of voting again', async () => {
    const again = await run('simulate', '--voters', '600', '--rate', '300', '--seed', '5')
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/accepted +0\n/) })
  })
})
