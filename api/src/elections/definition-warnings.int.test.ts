import type { DefinitionProblem } from '@livetally/core/election'
import { createTestNetwork, type TestNetwork } from '@livetally/local/test-network'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { breakfastDefinition } from '../testing/breakfast-election.js'

let network: TestNetwork
beforeAll(async () => { network = await createTestNetwork({ suite: 'warnings', workers: 0 }) })
afterAll(() => network[Symbol.asyncDispose]())

interface Answer { __typename: string, election: { id: string, definitionVersion: number }, warnings: DefinitionProblem[] }

const FIELDS = '__typename ... on ElectionCreated { election { id definitionVersion } warnings { path message } } ... on InvalidElectionDefinition { message }'
const CHANGED = '__typename ... on ElectionPhaseChanged { election { id definitionVersion } warnings { path message } } ... on PhaseChangeRefused { message }'
const ask = async (field: string, document: string, variables: Record<string, unknown>): Promise<Answer> => {
  const answer = (await network.graphql<Record<string, Answer>>(document, variables, { token: network.tokens.manager }))[field]
  if (answer === undefined) throw new Error(`No answer to ${field}`)
  return answer
}
const create = (definition: unknown) => ask('createElection', `mutation($definition: JSONObject!) { createElection(input: { definition: $definition }) { ${FIELDS} } }`, { definition })
const change = (step: 'publishElection' | 'openElection', id: string) => ask(step, `mutation($id: ID!) { ${step}(id: $id) { ${CHANGED} } }`, { id })
const edit = (id: string, version: number, definition: unknown) => ask('updateElection',
  'mutation($id: ID!, $version: Int!, $definition: JSONObject!) { updateElection(input: { electionId: $id, expectedVersion: $version, definition: $definition }) { __typename ... on ElectionUpdated { election { id definitionVersion } warnings { path message } } } }', { id, version, definition })

test('whoever drafts an election is told of places too small for two groups: when it is created, edited and published, and not afterwards', async () => {
  // Hall 2 has 50 voters.
  const draft = (releaseSize: number) => breakfastDefinition({ slug: `thin-${randomUUID().slice(0, 8)}`, ballotSecrecy: 'SECRET', releaseSize })
  const thin = [{ path: 'reportingUnits[4]', message: expect.stringContaining('"Hall 2" has 50 eligible voters, fewer than 60') as string }]
  const definition = draft(30)
  const created = await create(definition)
  expect([created.__typename, created.warnings]).toEqual(['ElectionCreated', thin])
  const { id, definitionVersion } = created.election
  const wider = await edit(id, definitionVersion, { ...definition, releaseSize: 25 })
  expect([wider.__typename, wider.warnings]).toEqual(['ElectionUpdated', []])
  const narrower = await edit(id, wider.election.definitionVersion, definition)
  expect(narrower.warnings).toEqual(thin)
  expect(await change('publishElection', id)).toMatchObject({ __typename: 'ElectionPhaseChanged', warnings: thin })
  expect(await change('openElection', id)).toMatchObject({ __typename: 'ElectionPhaseChanged', warnings: [] })
  expect((await create(draft(25))).warnings).toEqual([])
})
