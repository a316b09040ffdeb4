import { contestId, optionId, parseId } from '@livetally/core/election'
import type { ApiClient } from '../system/api-client.js'
import { bringToOpen, createElection, findElection, type KnownElection } from '../system/elections.js'
import type { DerivedElection } from './derive-election.js'

export type ReplayElection = { ok: true, election: KnownElection, isContinued: boolean } | { ok: false, sentences: string[] }

/** The open (or already closed) election of a file: created and opened, or the one of that slug if it has the same contests and places. */
export async function findOrCreate(client: ApiClient, derived: DerivedElection): Promise<ReplayElection> {
  const known = await findElection(client, derived.definition.slug)
  if (known !== null && !await isSame(client, known, derived)) {
    return { ok: false, sentences: [`Election "${known.slug}" exists and is another one: its contests or places are not those of this file. Choose another --election.`] }
  }
  if (known !== null && known.ballotSecrecy !== derived.definition.ballotSecrecy) {
    return { ok: false, sentences: [`Election "${known.slug}" exists with ${known.ballotSecrecy === 'SECRET' ? 'secret ballots: go on with --secret' : 'open ballots: go on without --secret'}, or choose another --election.`] }
  }
  const creation = known === null ? await createElection(client, derived.definition) : { ok: true as const, election: known }
  if (!creation.ok) return { ok: false, sentences: ['The system does not accept the election of this file:', ...creation.problems.map(({ path, message }) => `  ${path}: ${message}`)] }
  const opened = await bringToOpen(client, creation.election)
  if (!opened.ok) return { ok: false, sentences: [`Election "${creation.election.slug}" cannot be opened: ${opened.message}`] }
  return { ok: true, election: opened.election, isContinued: known !== null }
}

interface Outline { election: { contests: { id: string, options: { id: string }[] }[], reportingUnits: { totalCount: number } } | null }

async function isSame(client: ApiClient, { id, timeSource }: KnownElection, { definition, contests }: DerivedElection): Promise<boolean> {
  const { election } = await client.request<Outline>('query Outline($id: ID!) { election(id: $id) { contests { id options { id } } reportingUnits(first: 1) { totalCount } } }', { id })
  const parsed = parseId(id)
  if (election === null || parsed?.kind !== 'election' || timeSource !== 'IMPORTED') return false
  const idsFound = election.contests.flatMap((contest) => [contest.id, ...contest.options.map((option) => option.id)])
  const idsWanted = contests.flatMap((contest) => [contestId(parsed.key, contest.id), ...contest.options.map((option) => optionId(parsed.key, contest.id, option.id))])
  return idsFound.toSorted().join() === idsWanted.toSorted().join() && election.reportingUnits.totalCount === definition.reportingUnits.length
}
