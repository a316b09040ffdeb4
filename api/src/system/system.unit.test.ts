import 'reflect-metadata'
import { expect, test } from 'vitest'
import { ANONYMOUS, type Identity } from '../auth/identity.js'
import type { RequestContext } from '../server/context.js'
import { breakfastElection } from '../testing/breakfast-election.js'
import { TOKEN_IDS } from '../testing/token-book-under-test.js'
import { createResults } from '@livetally/core/election'
import type { ShownRevision } from '../live/shown-revision.js'
import { createMetrics } from '../server/metrics.js'
import { SystemResolver } from './system.resolver.js'

const progress = { accepted: 7, tabulated: 6, published: 5 }

async function told(identity: Identity, resultsVisibility: 'LIVE' | 'WHEN_RELEASED'): Promise<number[]> {
  const election = breakfastElection({ resultsVisibility })
  const position = { ...progress, election: election.key, ballots: progress, revision: 1, publishedAt: null }
  const services = { system: { read: async () => ({ postgres: 'UP', kafka: 'UP', positions: [position] }) }, directory: { find: async () => ({ election }) } }
  const { elections } = await new SystemResolver().systemStatus({ identity, services } as unknown as RequestContext)
  return elections.map(({ ballotsAccepted }) => ballotsAccepted)
}

test('the turnout of an election whose results are hidden is told only to those who may see them', async () => {
  expect(await told(ANONYMOUS, 'LIVE')).toEqual([7])
  expect(await told(ANONYMOUS, 'WHEN_RELEASED')).toEqual([])
  expect(await told({ role: 'AUDITOR', claims: { role: 'AUDITOR', sub: 'ada', exp: 1, ...TOKEN_IDS } }, 'WHEN_RELEASED')).toEqual([7])
})

test('places with more ballots than voters are counted, of the 20 newest elections', async () => {
  const election = breakfastElection()
  const results = createResults(election.structure)
  const turnout = (place: string, ballots: number) => ({ view: 'place' as const, key: `${place}/ONLINE`, counts: [ballots] })
  results.apply(1, [turnout('n1', 101), turnout('n2', 50), turnout('s10', 999), ...[['n1', 100], ['n2', 50], ['s10', 200]].map(([key, voters]) => ({ view: 'eligible' as const, key: String(key), counts: [Number(voters)] }))], true)
  const current = (): Pick<ShownRevision, 'election' | 'at'> => ({ election, at: results.at() })
  const positions = Array.from({ length: 30 }, (_, at) => ({ ...progress, election: at + 1, ballots: progress, revision: 1, publishedAt: null }))
  let loaded = 0
  const services = {
    system: { read: async () => ({ postgres: 'UP', kafka: 'UP', positions }) },
    directory: { find: async (_identity: Identity, key: number) => ({ election: { ...election, key } }) },
    elections: { get: async (key: number) => ({ election: { ...election, key } }) },
    live: { feed: async () => { loaded += 1; return { current } } },
  }
  const context = { identity: ANONYMOUS, services, shown: new Map() } as unknown as RequestContext
  const { elections } = await new SystemResolver().systemStatus(context)
  const told = await Promise.all(elections.map((status) => status.placesOverEligible(context)))
  expect(told).toEqual([...Array.from({ length: 10 }, () => null), ...Array.from({ length: 20 }, () => 2)])
  expect(loaded).toBe(20)
})

test('ticks and corrections are entries, and no ballots, for Prometheus as for everybody', async () => {
  const reading = { postgres: 'UP' as const, kafka: 'UP' as const, positions: [{ election: 7, accepted: 12, tabulated: 11, published: 10, ballots: { accepted: 9, tabulated: 8, published: 7 }, revision: 1, publishedAt: null }] }
  const text = await createMetrics({ waitingBallots: () => 0, loadedElections: () => 0, tokensAgeMs: () => 2_500, system: async () => reading }).registry.metrics()
  expect(text).toContain('livetally_tokens_age_seconds 2.5')
  for (const [state, entries, ballots] of [['accepted', 12, 9], ['tabulated', 11, 8], ['published', 10, 7]] as const) {
    expect(text).toContain(`livetally_entries{election="7",state="${state}"} ${entries}`)
    expect(text).toContain(`livetally_ballots{election="7",state="${state}"} ${ballots}`)
  }
})
