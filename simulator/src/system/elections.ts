import type { BallotSecrecy, DefinitionProblem, ElectionDefinitionInput, ElectionPhase, TimeSource } from '@livetally/core/election'
import type { ApiClient } from './api-client.js'
import { ApiFailure } from './api-failure.js'

export interface KnownElection { id: string, slug: string, name: string, phase: ElectionPhase, opensAt: string, closesAt: string, timeSource: TimeSource, ballotSecrecy: BallotSecrecy }

/** `warnings`: what to know before it is published. */
export type Creation = { ok: true, election: KnownElection, warnings: DefinitionProblem[] } | { ok: false, problems: DefinitionProblem[] }
export type PhaseChange = { ok: true, election: KnownElection } | { ok: false, message: string, phase: ElectionPhase }

const FIELDS = 'id slug name phase opensAt closesAt timeSource ballotSecrecy'

/** The election of that slug, or null. */
export async function findElection(client: ApiClient, slug: string): Promise<KnownElection | null> {
  try {
    const { election } = await client.request<{ election: KnownElection | null }>(`query Find($slug: String!) { election(slug: $slug) { ${FIELDS} } }`, { slug })
    return election
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 'NOT_FOUND') return null
    throw error
  }
}

type CreateAnswer = { type: 'ElectionCreated', election: KnownElection, warnings: DefinitionProblem[] } | { type: 'InvalidElectionDefinition', message: string, problems: DefinitionProblem[] }

export async function createElection(client: ApiClient, definition: ElectionDefinitionInput): Promise<Creation> {
  const { createElection: answer } = await client.request<{ createElection: CreateAnswer }>(`mutation Create($input: CreateElectionInput!) {
    createElection(input: $input) {
      type: __typename
      ... on ElectionCreated { election { ${FIELDS} } warnings { path message } }
      ... on InvalidElectionDefinition { message problems { path message } }
    }
  }`, { input: { definition } })
  return answer.type === 'ElectionCreated' ? { ok: true, election: answer.election, warnings: answer.warnings } : { ok: false, problems: answer.problems }
}

export type PhaseStep = 'publishElection' | 'openElection' | 'closeElection'

type PhaseAnswer = { type: 'ElectionPhaseChanged', election: KnownElection } | { type: 'PhaseChangeRefused', message: string, phase: ElectionPhase }

export async function changePhase(client: ApiClient, step: PhaseStep, id: string): Promise<PhaseChange> {
  const answers = await client.request<Record<string, PhaseAnswer>>(`mutation Step($id: ID!) {
    ${step}(id: $id) {
      type: __typename
      ... on ElectionPhaseChanged { election { ${FIELDS} } }
      ... on PhaseChangeRefused { message phase }
    }
  }`, { id })
  const answer = answers[step]
  if (answer === undefined) throw new ApiFailure('NO_DATA', `no answer to ${step}`)
  return answer.type === 'ElectionPhaseChanged' ? { ok: true, election: answer.election } : { ok: false, message: answer.message, phase: answer.phase }
}

/** Publishes and opens, from whatever earlier phase; a repeat finds the election open and does nothing. */
export async function bringToOpen(client: ApiClient, election: KnownElection): Promise<PhaseChange> {
  const published = election.phase === 'DRAFT' ? await changePhase(client, 'publishElection', election.id) : { ok: true as const, election }
  if (!published.ok && published.phase === 'DRAFT') return published
  const phase = published.ok ? published.election.phase : published.phase
  if (phase !== 'SCHEDULED') return published.ok ? published : { ok: true, election: { ...election, phase } }
  const opened = await changePhase(client, 'openElection', election.id)
  return !opened.ok && opened.phase === 'OPEN' ? { ok: true, election: { ...election, phase: 'OPEN' } } : opened
}
