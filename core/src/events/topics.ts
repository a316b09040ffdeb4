import type { EventLog, TopicSpec } from './event-log.js'

const DAY_MS = 24 * 60 * 60 * 1000

/** Names of the topics, without the installation's prefix. */
export const TOPIC = {
  ballots: 'ballots',
  tallies: 'tallies',
  results: 'results',
  resultsContests: 'results.contests',
  resultsTurnout: 'results.turnout',
  resultsBreakdowns: 'results.breakdowns',
  resultsWindows: 'results.windows',
  resultsRankings: 'results.rankings',
  elections: 'elections',
  voters: 'voters',
  ballotsIncoming: 'ballots.incoming',
  ballotsVerdicts: 'ballots.verdicts',
  quarantine: 'quarantine',
} as const

export const TOPICS: readonly TopicSpec[] = [
  { name: TOPIC.ballots, partitions: 8, retentionMs: 7 * DAY_MS },
  { name: TOPIC.tallies, partitions: 4, retentionMs: 7 * DAY_MS },
  { name: TOPIC.results, partitions: 4, retentionMs: 7 * DAY_MS },
  { name: TOPIC.resultsContests, partitions: 4, isCompacted: true },
  { name: TOPIC.resultsTurnout, partitions: 4, isCompacted: true },
  { name: TOPIC.resultsBreakdowns, partitions: 4, isCompacted: true },
  { name: TOPIC.resultsWindows, partitions: 4, isCompacted: true, retentionMs: 30 * DAY_MS },
  { name: TOPIC.resultsRankings, partitions: 4, isCompacted: true },
  { name: TOPIC.elections, partitions: 1, isCompacted: true },
  { name: TOPIC.voters, partitions: 4, isCompacted: true },
  { name: TOPIC.ballotsIncoming, partitions: 4, retentionMs: 7 * DAY_MS },
  { name: TOPIC.ballotsVerdicts, partitions: 4, retentionMs: 7 * DAY_MS },
  { name: TOPIC.quarantine, partitions: 1, retentionMs: 30 * DAY_MS },
]

/** Creates every topic of the installation that is missing. */
export async function ensureTopics(log: EventLog): Promise<void> {
  await log.createTopics(TOPICS)
}
