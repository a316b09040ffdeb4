import { isShownToAll, wasShownToAll, type Election } from '@livetally/core/election'
import { seesHiddenResults, type Identity } from '../auth/identity.js'
import type { ShownRevision } from '../live/shown-revision.js'
import type { RequestContext } from '../server/context.js'
import { badInput, forbidden, notFound } from '../server/errors.js'

/** Whether the asking person may see results of this election now. */
export function seesResults(identity: Identity, election: Election): boolean {
  return seesHiddenResults(identity, election.key) || isShownToAll(election)
}

/** Throws FORBIDDEN with the reason for programs, unless the asking person may see results of this election now. */
export function assertVisible(identity: Identity, election: Election): void {
  if (seesResults(identity, election)) return
  if (election.structure.definition.resultsVisibility === 'AFTER_CLOSE') throw forbidden('The results of this election are shown once it has closed.', 'RESULTS_AFTER_CLOSE')
  throw forbidden('The results of this election have not been released yet.', 'RESULTS_NOT_RELEASED')
}

/** The same for results as they once were: what was hidden when it was published stays so. The release is of the results, not of how they stood while nobody was to know. */
function assertWasVisible(identity: Identity, { election, facts }: ShownRevision): void {
  if (seesHiddenResults(identity, election.key) || wasShownToAll(election, facts)) return
  if (election.structure.definition.resultsVisibility === 'AFTER_CLOSE') throw forbidden('Results of this election from before its close are not shown.', 'RESULTS_AFTER_CLOSE')
  throw forbidden('Results of this election from before their release are not shown.', 'RESULTS_NOT_RELEASED')
}

/** The results that one answer shows of an election: the same revision wherever the answer names them. */
export async function showResults(context: RequestContext, election: Election, asOf?: { revision?: number | null, time?: Date | null } | null): Promise<ShownRevision> {
  assertVisible(context.identity, election)
  if (asOf !== null && asOf !== undefined) return showPast(context, election, asOf)
  const known = context.shown.get(election.key)
  if (known !== undefined) return known
  const loading = showNewest(context, election.key)
  context.shown.set(election.key, loading)
  return loading
}

async function showNewest({ services }: RequestContext, key: number): Promise<ShownRevision> {
  const known = await services.elections.get(key)
  if (known === undefined) throw notFound('There is no such election.')
  return (await services.live.feed(known)).current()
}

async function showPast({ identity, services }: RequestContext, election: Election, { revision, time }: { revision?: number | null, time?: Date | null }): Promise<ShownRevision> {
  const asked = revision ?? undefined
  if ((asked === undefined) === (time === null || time === undefined)) throw badInput('Name either a `revision` or a `time`.')
  if (asked !== undefined && asked < 1) throw badInput('Revisions are numbered from 1.')
  const shown = await services.past.find(election, asked === undefined ? { time: time ?? new Date() } : { revision: asked })
  assertWasVisible(identity, shown)
  return shown
}
