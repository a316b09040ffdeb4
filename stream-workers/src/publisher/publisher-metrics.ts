import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { FLUSH_BUCKETS_S } from '../flush-buckets.js'
import type { Clock } from '../pace.js'
import { createReadGauge, MOST_ELECTIONS, ofNewestElections } from '../read-gauge.js'
import type { ElectionPublisher } from './election-publisher.js'

/** What the publisher tells Prometheus. */
export function createPublisherMetrics(registry: Registry) {
  const registers = [registry]
  const perElection = { labelNames: ['election'], registry }
  return {
    revisions: new Counter({ name: 'livetally_publisher_revisions_total', help: 'Revisions published. Standing still while tallies change: no publisher has the partition of that election, or Postgres refuses.', registers }),
    publishSeconds: new Histogram({ name: 'livetally_publisher_publish_seconds', help: 'Time from collecting the changes to the committed revision. Above 0.25 s for minutes: results come less than once a second; Postgres is the bottleneck, or the election is very large.', buckets: FLUSH_BUCKETS_S, registers }),
    reloads: new Counter({ name: 'livetally_publisher_reloads_total', help: 'Boxes read from Postgres because their tallies arrived with a gap. A steady stream means that the event log loses records.', registers }),
    skipped: new Counter({ name: 'livetally_publisher_skipped_revisions_total', help: 'Revisions that topic results never carried because too many waited for Kafka; readers fill them from Postgres or the next full one. Growing: Kafka is away or too slow.', registers }),
    elections: new Gauge({ name: 'livetally_publisher_elections', help: 'Elections this process publishes now. 0 in every process for minutes while elections are open: nobody publishes.', registers }),
    takeovers: new Counter({ name: 'livetally_publisher_takeovers_total', help: 'Open elections taken over from a publisher that fell silent, before the group gave them to anybody. Growing without processes dying: they are frozen, or starved of CPU.', registers }),
    behindRecords: new Gauge({ name: 'livetally_publisher_behind_records', help: 'Records of a partition of topic tallies behind those worked on last. Growing for minutes: publishing is slower than tallying; add worker processes.', labelNames: ['partition'], registers }),
    behind: createReadGauge({ name: 'livetally_publisher_behind_entries', help: 'Entries that are tallied and in no revision yet, over all elections of this process. Above 0 for more than some seconds: publishing is stuck; look at the log for SUPERSEDED or TROUBLE.', labelNames: [], registry }),
    revision: createReadGauge({ ...perElection, name: 'livetally_publisher_revision', help: `The newest revision of an election, for the ${MOST_ELECTIONS} newest. Never falls; standing still while votes are tallied: publishing is stuck.` }),
    revisionAge: createReadGauge({ ...perElection, name: 'livetally_publisher_revision_age_seconds', help: `Age of the newest revision of an election, for the ${MOST_ELECTIONS} newest. Grows while nobody votes, which is well; growing while livetally_publisher_behind_entries is above 0: publishing is stuck.` }),
    epoch: createReadGauge({ ...perElection, name: 'livetally_publisher_epoch', help: `Times that the publishing of an election was claimed, for the ${MOST_ELECTIONS} newest. Growing steadily: processes take it from each other; look for frozen workers.` }),
    eligible: createReadGauge({ ...perElection, name: 'livetally_publisher_eligible_voters', help: `Registered voters as the newest revision knows them, the denominator of turnout, for the ${MOST_ELECTIONS} newest elections. Standing still while voters are registered: the registry is not read.` }),
  }
}

export type PublisherMetrics = ReturnType<typeof createPublisherMetrics>

/** Lets gauges tell of the elections that are published here, as they are when somebody reads them. */
export function showElections(metrics: PublisherMetrics, clock: Pick<Clock, 'wallTime'>, published: () => readonly { election: number, publisher: ElectionPublisher }[]): void {
  const states = () => published().map(({ election, publisher }) => ({ election, epoch: publisher.claim.epoch, ...publisher.progress }))
  const show = (gauge: PublisherMetrics['revision'], of: (state: ReturnType<typeof states>[number]) => number): void =>
    gauge.from(() => ofNewestElections(states()).map((state) => ({ labels: { election: state.election }, value: of(state) })))
  show(metrics.revision, ({ revision }) => revision)
  show(metrics.revisionAge, ({ publishedAt }) => Math.max(0, clock.wallTime() - publishedAt) / 1_000)
  show(metrics.epoch, ({ epoch }) => epoch)
  show(metrics.eligible, ({ eligibleVoters }) => eligibleVoters)
  metrics.behind.from(() => [{ labels: {}, value: states().reduce((sum, { behind }) => sum + behind, 0) }])
}
