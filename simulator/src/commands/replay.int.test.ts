import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTestNetwork, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let network: TestNetwork
let path = ''

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'replay' })
  path = join(network.home, 'otter.csv')
  await writeFile(path, OTTER.join('\n'))
})
afterAll(async () => { await network[Symbol.asyncDispose]() })

/** Otter County: three large precincts, one of them with mail only, and four of six voters each. 82 ballots. */
const OTTER = [
  'county,precinct,office,district,party,candidate,votes,election_day,mail,provisional',
  ...['Pond', 'Creek', 'Delta'].flatMap((precinct) => [
    `Otter,${precinct},Mayor,NA,RIV,ADA OTTER RIV,11,${precinct === 'Delta' ? '0,11' : '8,3'},0`,
    `Otter,${precinct},Mayor,NA,HIL,BEN BEAVER HIL,7,${precinct === 'Delta' ? '0,7' : '5,2'},0`,
    `Otter,${precinct},Pond Board,NA,NA,Eve,15,${precinct === 'Delta' ? '0,15' : '11,4'},0`,
    `Otter,${precinct},Pond Board,NA,NA,Fay,12,${precinct === 'Delta' ? '0,12' : '9,3'},0`,
  ]),
  ...['Reed Island', 'Mill', 'Weir', 'Lodge'].flatMap((precinct) => [
    `Otter,${precinct},Mayor,NA,RIV,ADA OTTER RIV,4,3,1,0`,
    `Otter,${precinct},Mayor,NA,HIL,BEN BEAVER HIL,3,2,0,1`,
    `Otter,${precinct},Pond Board,NA,NA,Eve,2,2,0,0`,
  ]),
]

const LARGE = 500

/** A school board with very many names, and every other contest in one of ten precincts. */
function largeCounty({ contests, options }: { contests: number, options: number }): string {
  const precincts = Array.from({ length: 10 }, (_, at) => `Lodge ${at + 1}`)
  const board = Array.from({ length: options }, (_, option) => precincts.map((precinct, at) => `${precinct},School Board,Otter No. ${option},${option % 90 === at ? 1 : 0}`)).flat()
  const others = Array.from({ length: contests - 1 }, (_, contest) => [`Constable ${contest},Ada Dipper,2`, `Constable ${contest},Write-ins,${contest % 2}`].map((rest) => `${precincts[contest % 10] ?? ''},${rest}`)).flat()
  return ['precinct,office,candidate,votes', ...board, ...others].join('\n')
}

const replay = (slug: string, ...options: string[]): ReturnType<TestNetwork['run']> =>
  network.run('replay', ['--file', path, '--election', slug, ...options], { LIVETALLY_INGEST_TOKEN: network.tokens.ingest })

interface Shown { election: { ballotSecrecy: string, phase: string, results: { ballotsCast: number, choicesPending: number } } }

const shown = async (slug: string): Promise<Shown['election']> =>
  (await network.graphql<Shown>('query ($slug: String!) { election(slug: $slug) { ballotSecrecy phase results { ballotsCast choicesPending } } }', { slug })).election

describe('npm run replay', () => {
  test('makes an election of open ballots, closes it, and finds every number of the file again', async () => {
    const replayed = await replay('otters')
    expect(replayed).toMatchObject({ code: 0, stderr: expect.stringContaining('Compared: votes of every option in all, by channel, and by place and channel; ballots by place and channel.') })
    expect(replayed.stdout).not.toContain('DIFFERENCE')
    const { ballotSecrecy, phase, results: { choicesPending } } = await shown('otters')
    expect([ballotSecrecy, phase, choicesPending]).toEqual(['OPEN', 'CLOSED', 0])
  })

  test('compares turnout of secret ballots while they are cast, and leaves the election open', async () => {
    const replayed = await replay('shy-otters', '--secret')
    expect(replayed).toMatchObject({ code: 0, stderr: expect.stringContaining('Turnout equals the file.') })
    const { ballotSecrecy, phase, results: { ballotsCast, choicesPending } } = await shown('shy-otters')
    expect([ballotSecrecy, phase, ballotsCast]).toEqual(['SECRET', 'OPEN', 82])
    expect(choicesPending).toBeGreaterThan(0)
  })

  test('loads a county with as many contests and options as counties publish, and finds every number again', async () => {
    const large = join(network.home, 'large.csv')
    await writeFile(large, largeCounty({ contests: LARGE, options: 1_000 }))
    const replayed = await replay('large-county', '--file', large)
    expect(replayed.stderr).toContain('What was counted equals the file.')
    expect(replayed.stdout).not.toContain('DIFFERENCE')
    expect(replayed.stdout.split('\n').filter((line) => line.includes('equal')).length).toBeGreaterThanOrEqual(LARGE)
    expect(replayed.code).toBe(0)
  }, 300_000)

  test('does not go on with secret ballots where they began as open ones', async () => {
    expect(await replay('otters', '--secret')).toMatchObject({ code: 1, stderr: expect.stringContaining('exists with open ballots: go on without --secret') })
    expect(await replay('shy-otters')).toMatchObject({ code: 1, stderr: expect.stringContaining('exists with secret ballots: go on with --secret') })
  })

  test('closes an election of secret ballots where it is told to, and finds every choice of the file again, those of small places together', async () => {
    const replayed = await replay('shy-otters', '--secret', '--close')
    expect(replayed.stderr).toContain('What was counted equals the file.')
    expect(replayed.stderr).toMatch(/choices of [1-4] of 7 places are shown with those of another, and their sums were compared/)
    expect(replayed.code).toBe(0)
    const { phase, results: { ballotsCast, choicesPending } } = await shown('shy-otters')
    expect([phase, ballotsCast, choicesPending]).toEqual(['CLOSED', 82, 0])
  })
})
