import 'reflect-metadata'
import type { BallotCaster } from '@livetally/core/voting'
import type { ElectionStore, RevisionStore, VoterStore } from '@livetally/core/store'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { tokensUnderTest } from '../testing/token-book-under-test.js'
import { createElectionDirectory } from '../elections/election-directory.js'
import type { ElectionRegistry } from '../elections/election-registry.js'
import { createResultsFeed } from '../live/results-feed.js'
import { createPastResults } from '../results/past-results.js'
import { breakfastElection, knownBreakfast } from '../testing/breakfast-election.js'
import { createMutations } from '../testing/mutated-requests.js'
import { createSignIn } from '../voters/sign-in.js'
import { createSignInAttempts } from '../voters/sign-in-attempts.js'
import { createVotingService } from '../voting/voting-service.js'
import type { Services } from './context.js'
import { serveUnderTest } from './graphql-http-under-test.js'

const REQUESTS = 6_000
const SEED = 20_260_101

/** One open election of which nothing is published yet, over stores that hold nothing. */
async function breakfastServices(): Promise<Partial<Services>> {
  const known = knownBreakfast(breakfastElection())
  const get = async (key: number) => key === 7 ? known : undefined
  const elections = { get, refresh: get, getBySlug: async (slug: string) => slug === 'breakfast' ? known : undefined, peek: () => known, watch: () => () => undefined, extensions: async () => [] } as unknown as ElectionRegistry
  const revisions = { marks: async () => [], read: async () => [], readFromFull: async () => [], find: async () => undefined, latest: async () => undefined } as unknown as RevisionStore
  const feed = await createResultsFeed({ election: known.election, revisions, eligibleVoters: async () => new Map(), now: Date.now, logger: pino({ level: 'silent' }) })
  const store = { list: async () => ({ rows: [{ key: 7, name: 'Breakfast Referendum', opensAt: '2026-01-01T06:00:00Z' }], totalCount: 1 }) } as unknown as Pick<ElectionStore, 'list'>
  const services = {
    elections,
    directory: createElectionDirectory({ elections, store }),
    live: { feed: async () => feed, loaded: 1 },
    past: createPastResults({ revisions }),
    voting: createVotingService({ elections, caster: { cast: async () => ({ kind: 'ALREADY_VOTED' }) } as unknown as BallotCaster, roll: { find: async () => 'NO_ROLL' } }),
    signIn: createSignIn({ voters: { findByCode: async () => undefined } as unknown as VoterStore, tokens: tokensUnderTest(), attempts: createSignInAttempts({ perMinute: 1_000_000 }) }),
    roll: { eligibleVoters: async () => new Map() },
    receipts: { find: async () => undefined },
    corrections: { contained: async () => [] },
    system: { read: async () => ({ postgres: 'UP', kafka: 'UP', positions: [] }) },
  }
  return services as unknown as Partial<Services>
}

test(`${REQUESTS} requests with something wrong are never told as faults of ours`, async () => {
  await using http = await serveUnderTest({ services: await breakfastServices() })
  const voter = { election: 7, ref: Buffer.alloc(32).toString('base64url'), unit: 'n1', channel: 'ONLINE', attributes: { age: 'wise' }, exp: 4_000_000_000 } as const
  const tokens = [undefined, await http.tokens.issueVoter(voter), await http.tokens.issue({ role: 'INGEST', subject: 'hall' }), await http.tokens.issue({ role: 'OBSERVER' })]
  const mutation = createMutations(SEED)
  const told = new Map<string, number>()
  for (let at = 0; at < REQUESTS; at += 1) {
    const request = mutation()
    const token = tokens[at % tokens.length]
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const answer = await http.server.inject(at % 10 === 9
      ? { method: 'GET', url: '/graphql', query: { query: request.query, variables: JSON.stringify(request.variables) }, headers }
      : { method: 'POST', url: '/graphql', payload: request, headers })
    const code = answer.json<{ errors?: { extensions: { code: string } }[] }>().errors?.[0]?.extensions.code ?? 'none'
    told.set(code, (told.get(code) ?? 0) + 1)
    const isOurs = answer.statusCode >= 500 || http.lines.length > 0 || answer.body.includes('INTERNAL_SERVER_ERROR')
    if (isOurs) expect.fail(`request ${at} of seed ${SEED}: ${JSON.stringify(request)} gave ${answer.statusCode} ${answer.body} ${http.lines.at(-1) ?? ''}`)
  }
  // Nothing is shown by requests that are all refused at the door.
  expect(told.get('none')).toBeGreaterThan(REQUESTS / 10)
  expect(told.get('BAD_USER_INPUT')).toBeGreaterThan(REQUESTS / 4)
})
