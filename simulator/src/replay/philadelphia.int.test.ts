import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { createTestNetwork, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApiClient } from '../system/api-client.js'
import { createLoad } from '../load/load.js'
import { decomposeBallots } from './decompose-ballots.js'
import { deriveElection } from './derive-election.js'
import { findOrCreate } from './find-or-create.js'
import { createIngestForm } from './ingest.js'
import { readPrecinctFile } from './precinct-file.js'

const PATH = fileURLToPath(new URL('../../../../shared/data/philadelphia-2024/20241105__pa__general__philadelphia__precinct.csv.gz', import.meta.url))
const PRECINCTS = 60

/** Votes for president in the first precincts of the file, read with nothing but string functions. */
function presidentIn(bytes: Buffer): Map<string, number> {
  const rows = gunzipSync(bytes).toString('utf8').trim().split('\n').slice(1).map((line) => line.split(','))
  const precincts = new Set([...new Set(rows.map((row) => row[1]))].slice(0, PRECINCTS))
  const votes = new Map<string, number>()
  for (const [, precinct, office, , , candidate = '', count] of rows) {
    if (office === 'President' && precincts.has(precinct)) votes.set(candidate, (votes.get(candidate) ?? 0) + Number(count))
  }
  return votes
}

describe.skipIf(!existsSync(PATH))('Philadelphia 2024, the first 60 precincts', () => {
  let network: TestNetwork

  beforeAll(async () => { network = await createTestNetwork({ suite: 'philadelphia' }) })
  afterAll(async () => { await network[Symbol.asyncDispose]() })

  test('is replayed through the public API, although a first replay broke off, and counted as the file says', async () => {
    await castFirst(network, 5_000)
    const replay = await network.run('replay', ['--file', PATH, '--format', 'openelections', '--election', 'philadelphia', '--limit-units', String(PRECINCTS)], { LIVETALLY_INGEST_TOKEN: network.tokens.ingest })
    expect(replay).toMatchObject({ code: 0, stderr: expect.stringContaining('5,000 of them had been accepted before') })
    expect(replay.stdout).not.toContain('DIFFERENCE')
    expect(replay.stderr).toContain('What was counted equals the file.')
    const counted = await network.graphql<Counted>('{ election(slug: "philadelphia") { results { status contests { contest { title } totals { option { name } votes } } } } }')
    const president = counted.election.results.contests.find(({ contest }) => contest.title === 'President')
    expect(counted.election.results.status).toBe('UNOFFICIAL_COMPLETE')
    expect(new Map(president?.totals.map(({ option, votes }) => [option.name, votes]))).toEqual(presidentIn(readFileSync(PATH)))
    expect((await network.run('recount', ['--election', 'philadelphia'])).code).toBe(0)
  }, 400_000)
})

interface Counted { election: { results: { status: string, contests: { contest: { title: string }, totals: { option: { name: string }, votes: number }[] }[] } } }

/** What a replay does until it is cut off after `count` ballots. */
async function castFirst(network: TestNetwork, count: number): Promise<void> {
  await using client = createApiClient({ url: network.apis[0]?.url ?? '', token: network.tokens.manager })
  const check = readPrecinctFile(readFileSync(PATH))
  if (!check.ok) throw new Error(check.problems.join(' '))
  const derived = deriveElection(check.file, { slug: 'philadelphia', now: Date.now(), limitUnits: PRECINCTS })
  const found = await findOrCreate(client, derived)
  if (!found.ok) throw new Error(found.sentences.join(' '))
  const { election } = found
  const form = createIngestForm({ electionId: election.id, opensAt: Date.parse(election.opensAt), seed: 1 })
  const ballots = [...decomposeBallots(derived, 1)].slice(0, count).map(form)
  const summary = await createLoad({ client: client.withToken(network.tokens.ingest), electionId: election.id, ballots, batch: 1_000, keepRecords: false }).run()
  expect(summary.accepted).toBe(count)
}
