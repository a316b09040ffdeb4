import { contestId, electionId, unitId, type Structure } from '@livetally/core/election'
import { createKafkaEventLog, TOPIC, type BreakdownResult, type ContestResult, type WindowResult } from '@livetally/core/events'
import { GraphqlFailure, type TestNetwork, type Variables } from '@livetally/local/test-network'
import { GROUPS, readContestAnswer, readGroupsAnswer, readTimesAnswer, RESULTS, TIMES, type GroupsAnswer, type ResultsAnswer, type TimesAnswer } from './answers.js'
import type { Observation, Observed, ObservedRevision } from './observation.js'
import { readRevisions, type RevisionPart } from './results-topic.js'
import { readTopic } from './topic-records.js'
import { readBreakdownResults, readContestResults, readWindowResults } from './view-topics.js'

/** Pairs of neighbouring revisions that are asked for by number. */
const PAIRS = 15

/** Reads all that was ever published of an election, without a token: Kafka's topics from the first record, and queries for earlier revisions. `followed`: what subscriptions told meanwhile. */
export async function readEverything(network: TestNetwork, structure: Structure, key: number, followed: readonly Observation[]): Promise<Observed> {
  await using log = createKafkaEventLog({ brokers: network.kafkaBrokers, topicPrefix: network.topicPrefix, clientId: 'anybody' })
  const { revisions, observations, shownWith, leaks } = readRevisions(structure, await readTopic<RevisionPart>(log, TOPIC.results, key))
  const all = [
    ...observations,
    ...readContestResults(structure, await readTopic<ContestResult>(log, TOPIC.resultsContests, key)),
    ...readBreakdownResults(structure, await readTopic<BreakdownResult>(log, TOPIC.resultsBreakdowns, key)),
    ...readWindowResults(structure, await readTopic<WindowResult>(log, TOPIC.resultsWindows, key)),
    ...followed,
    ...await askForRevisions(network, structure, key, revisions),
  ]
  // A sort that is stable: what one path says of one thing stays in its order.
  return { revisions, shownWith, leaks, observations: all.sort((one, other) => one.revision - other.revision) }
}

async function askForRevisions(network: TestNetwork, structure: Structure, key: number, revisions: readonly ObservedRevision[]): Promise<Observation[]> {
  const numbers = new Set<number>()
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    const at = Math.floor((revisions.length - 1) * pair / PAIRS)
    for (const one of [revisions[at - 1], revisions[at]]) if (one !== undefined) numbers.add(one.revision)
  }
  const found: Observation[] = []
  for (const revision of [...numbers].sort((one, other) => one - other)) found.push(...await askFor(network, structure, key, 'query asOf', { revision }))
  found.push(...await askFor(network, structure, key, 'query', undefined))
  return found
}

/** Every number of choices of one revision, in every way in which it can be asked for. */
async function askFor(network: TestNetwork, structure: Structure, key: number, path: 'query' | 'query asOf', asOf: { revision: number } | undefined): Promise<Observation[]> {
  const ask = async <Answer>(document: string, variables: Variables = {}): Promise<Answer | undefined> => {
    try {
      return (await network.graphql<{ election: { results: Answer } }>(document, { id: electionId(key), asOf, ...variables })).election.results
    } catch (error) {
      if (error instanceof GraphqlFailure && error.errors.every(({ extensions }) => extensions?.['reason'] === 'AFTER_CLOSE')) return undefined
      throw error
    }
  }
  const results = await ask<ResultsAnswer>(RESULTS)
  const found = results?.contests.flatMap((contest) => readContestAnswer(structure, path, results.revision, contest)) ?? []
  for (const contest of structure.contests.keys()) {
    for (const by of structure.breakdowns) {
      const answer = await ask<GroupsAnswer>(GROUPS, { contest: contestId(key, contest), by })
      if (answer !== undefined) found.push(...readGroupsAnswer(structure, path, contest, by, answer))
    }
    for (const unit of ['', ...structure.firstLevelUnits.slice(0, 1)]) {
      const answer = await ask<TimesAnswer>(TIMES, { contest: contestId(key, contest), ...unit === '' ? {} : { unit: unitId(key, unit) } })
      if (answer !== undefined) found.push(...readTimesAnswer(structure, path, contest, unit, answer))
    }
  }
  return found
}
