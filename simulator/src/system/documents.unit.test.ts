import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { demoElection } from '../demo/demo-election.js'
import { deriveElection } from '../replay/derive-election.js'
import { findOrCreate } from '../replay/find-or-create.js'
import { readCounted } from '../replay/read-counted.js'
import { readSecretCounted } from '../replay/read-secret-counted.js'
import { readTurnout } from '../replay/read-turnout.js'
import { publishedBallots } from '../simulation/wait-for-count.js'
import type { ApiClient } from './api-client.js'
import { ApiFailure } from './api-failure.js'
import { castVote, castVotes } from './cast-votes.js'
import { changePhase, createElection, findElection } from './elections.js'
import { readDefinedVoters, readShape } from './read-shape.js'
import { NEWS } from './results-watch.js'
import { registerVoters, reissueVotingCode, signInWithVotingCode } from './voters.js'

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'))

/** Notes the document that a call sends, and answers nothing. */
async function documentOf(call: (client: ApiClient) => Promise<unknown>): Promise<string> {
  let sent = ''
  const client: ApiClient = {
    endpoint: '',
    token: undefined,
    request: async (document) => {
      sent = document
      throw new ApiFailure('NOT_ASKED', 'only the document is wanted')
    },
    withToken: () => client,
    [Symbol.asyncDispose]: async () => {},
  }
  await call(client).catch(() => undefined)
  return sent
}

const derived = deriveElection({ channels: [], rows: [] }, { slug: 'empty', now: 0 })

describe('every document that the simulator sends', () => {
  it.each<[string, (client: ApiClient) => Promise<unknown>]>([
    ['finding an election', (client) => findElection(client, 'otter')],
    ['creating one', (client) => createElection(client, demoElection())],
    ['publishing it', (client) => changePhase(client, 'publishElection', 'e1')],
    ['opening it', (client) => changePhase(client, 'openElection', 'e1')],
    ['closing it', (client) => changePhase(client, 'closeElection', 'e1')],
    ['reading its ballot paper', (client) => readShape(client, 'e1')],
    ['reading the voters of its definition', (client) => readDefinedVoters(client, 'e1')],
    ['finding a replayed one', (client) => findOrCreate(client, derived)],
    ['casting ballots for others', (client) => castVotes(client, 'e1', [])],
    ['casting a vote', (client) => castVote(client, { electionId: 'e1', idempotencyKey: 'k', selections: [] })],
    ['issuing a code anew', (client) => reissueVotingCode(client, 'e1', 'v')],
    ['registering voters', (client) => registerVoters(client, 'e1', [{ voterId: 'v', reportingUnitId: 'e1/u/alder-01' }])],
    ['signing in', (client) => signInWithVotingCode(client, 'e1', '7KQ2-M4XD-9TRB')],
    ['reading what was counted', (client) => readCounted(client, 'e1', 'e1/c/governor')],
    ['reading what was counted of secret ballots', (client) => readSecretCounted(client, 'e1', 'e1/c/governor')],
    ['reading the turnout of places', (client) => readTurnout(client, 'e1')],
    ['reading how many were', (client) => publishedBallots(client, 'e1')],
  ])('fits the public schema: %s', async (_, call) => {
    expect(validate(schema, parse(await documentOf(call)))).toEqual([])
  })

  it('fits the public schema: watching results', () => {
    expect(validate(schema, parse(NEWS))).toEqual([])
  })
})
