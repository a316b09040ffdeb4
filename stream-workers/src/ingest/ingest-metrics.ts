import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What the worker that takes ballots from other systems tells Prometheus. */
export function createIngestMetrics(registry: Registry) {
  const registers = [registry]
  return {
    verdicts: new Counter({ name: 'livetally_ingest_verdicts_total', help: 'Records of topic ballots.incoming by their verdict. A steady stream of UNAUTHORIZED: a source signs with a key that is not registered, or somebody writes who may not. Of QUARANTINED: a source does not follow the contract, or this installation has a fault; the quarantine says which.', labelNames: ['verdict'], registers }),
    behind: new Gauge({ name: 'livetally_ingest_behind_records', help: 'Records of a partition of topic ballots.incoming that wait behind those worked on last. Growing for minutes: sources send more than the ledger takes; more worker processes help up to the number of partitions.', labelNames: ['partition'], registers }),
    waits: new Counter({ name: 'livetally_ingest_waits_total', help: 'Times that ballots had to wait because the ledger gave no answer or too much was waiting. Growing steadily: Postgres is away or is the bottleneck; nothing is lost, the records stay in their topic.', registers }),
    overtaken: new Counter({ name: 'livetally_ingest_overtaken_total', help: 'Ballots tried again because the phase of their election changed while they were on their way. Only around openings and pauses; a steady stream asks for a look at who changes phases.', registers }),
    batchSeconds: new Histogram({ name: 'livetally_ingest_batch_seconds', help: 'Time from taking records to their verdicts being out. Above 1 s for minutes: Postgres or Kafka is the bottleneck.', buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60], registers }),
    partitions: new Gauge({ name: 'livetally_ingest_partitions', help: 'Partitions of topic ballots.incoming that this process reads now. 0 in every process for more than a minute: nobody takes ballots from other systems.', registers }),
  }
}

export type IngestMetrics = ReturnType<typeof createIngestMetrics>
