import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Verdict } from '@livetally/core/voting'
import { observeSystem } from '../system/system-metrics.js'
import type { SystemReading } from '../system/system-watch.js'

/** A timer of Node's for each measurement: at its default of 10 ms it alone wakes an idle process a hundred times a second. */
const EVENT_LOOP_PRECISION_MS = 100

/** What Prometheus reads at /metrics. One registry per API, so that several can live in one process. */
export interface ApiMetrics {
  readonly registry: Registry
  countVerdict(kind: Verdict['kind']): void
  observeBatch(facts: { ballots: number, ms: number, isRetry: boolean }): void
  countLedgerTrouble(): void
  countError(code: string): void
  connections(change: 1 | -1): void
  subscriptions(change: 1 | -1): void
  /** Registrations that topic voters has. */
  countRegistrations(registrations: number): void
  /** Revisions that came to memory: by topic results, or read from Postgres because the topic had passed them over. */
  countRevisions(way: 'KAFKA' | 'POSTGRES', revisions: number): void
}

export function createMetrics(gauges: { waitingBallots: () => number, loadedElections: () => number, tokensAgeMs: () => number, system: () => Promise<SystemReading> }): ApiMetrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS })
  const verdicts = new Counter({ name: 'livetally_cast_verdicts_total', help: 'Ballots by what their voters were told. ACCEPTED standing still while people vote: see livetally_cast_trouble_total. A steady stream of INVALID_BALLOT: a client does not fit the election; of IDEMPOTENCY_CONFLICT: a client uses one key for several ballots.', labelNames: ['verdict'], registers })
  const batches = new Histogram({ name: 'livetally_cast_batch_ballots', help: 'Ballots per ledger transaction. At the setting CAST_BATCH for minutes: more votes come than transactions can carry; see livetally_cast_batch_seconds.', buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500], registers })
  const duration = new Histogram({ name: 'livetally_cast_batch_seconds', help: 'Time a ledger transaction took. Above 0.25 s for minutes: the disk of Postgres is the bottleneck.', buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5], registers })
  const retries = new Counter({ name: 'livetally_cast_retries_total', help: 'Ledger transactions called again because their outcome was unknown. Growing steadily: connections to Postgres break; no vote is lost or doubled by it.', registers })
  const trouble = new Counter({ name: 'livetally_cast_trouble_total', help: 'Ledger transactions that failed. Growing steadily: Postgres is away or refuses; the log says why, and voters hear UNAVAILABLE.', registers })
  const errors = new Counter({ name: 'livetally_errors_total', help: 'Errors told to clients, by code. A steady stream of INTERNAL_SERVER_ERROR: a fault of ours, see the log by its errorId; of UNAVAILABLE: Postgres is away; of RATE_LIMITED: somebody asks too often, or many voters share an address.', labelNames: ['code'], registers })
  const connections = new Gauge({ name: 'livetally_websocket_connections', help: 'Open WebSocket connections. Falling to 0 and rising again: the process or the load balancer in front of it drops viewers.', registers })
  const subscriptions = new Gauge({ name: 'livetally_subscriptions', help: 'Open subscriptions. Growing while livetally_websocket_connections stands still: a client opens them and never ends them; SUBSCRIPTIONS_PER_CONNECTION bounds it.', registers })
  observe('livetally_cast_waiting_ballots', 'Ballots that wait for the ledger or are in flight. Near the setting CAST_WAITING: voters will hear UNAVAILABLE; Postgres is the bottleneck.', gauges.waitingBallots)
  observe('livetally_tokens_age_seconds', 'Age of what this process knows of revoked tokens. Above 8: Postgres cannot be read; tokens of staff are answered UNAVAILABLE until it can.', () => gauges.tokensAgeMs() / 1_000)
  observe('livetally_live_elections', 'Elections whose results are in memory. At 64 for minutes: so many are watched that some are loaded again and again; more API processes share them.', gauges.loadedElections)

  const revisions = new Counter({ name: 'livetally_live_revisions_total', help: 'Revisions taken into memory, by the way they came. A steady stream by POSTGRES: topic results loses or skips revisions, or Kafka is away; viewers see the same, up to 2 s later.', labelNames: ['way'], registers })
  const registrations = new Counter({ name: 'livetally_registrations_told_total', help: 'Registrations of voters sent to topic voters, without names. Standing still while voters are registered: Kafka cannot be reached; they are sent later, and turnout does not wait for them.', registers })
  observeSystem(registry, gauges.system)

  function observe(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => { gauge.set(read()) } })
  }

  return {
    registry,
    countVerdict: (verdict) => { verdicts.inc({ verdict }) },
    observeBatch({ ballots, ms, isRetry }) {
      batches.observe(ballots)
      duration.observe(ms / 1_000)
      if (isRetry) retries.inc()
    },
    countLedgerTrouble: () => { trouble.inc() },
    countError: (code) => { errors.inc({ code }) },
    connections: (change) => { connections.inc(change) },
    subscriptions: (change) => { subscriptions.inc(change) },
    countRegistrations: (count) => { registrations.inc(count) },
    countRevisions: (way, count) => { revisions.inc({ way }, count) },
  }
}
