import 'reflect-metadata'
import { expect, test } from 'vitest'
import { ANONYMOUS, type Identity } from '../auth/identity.js'
import type { RequestContext } from '../server/context.js'
import { breakfastElection } from '../testing/breakfast-election.js'
import { TOKEN_IDS } from '../testing/token-book-under-test.js'
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
