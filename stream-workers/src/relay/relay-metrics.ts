import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { createReadGauge, MOST_ELECTIONS } from '../read-gauge.js'

/** What the relay tells Prometheus. */
export function createRelayMetrics(registry: Registry) {
  const registers = [registry]
  return {
    relayed: new Counter({ name: 'livetally_relay_entries_total', help: 'Ledger entries sent to topic ballots. Standing still while livetally_cast_verdicts_total of the API grows: no relay runs, or Kafka cannot be reached; the tabulators then read the ledger.', registers }),
    behind: new Gauge({ name: 'livetally_relay_behind_entries', help: 'Entries in the ledger that this process has not sent yet, over all boxes it relays. Growing for more than a minute: Kafka is away or too slow; nothing is lost, results come from the ledger a few seconds later.', registers }),
    boxes: new Gauge({ name: 'livetally_relay_boxes', help: 'Ballot boxes this process relays now. 0 in every process for longer than RELAY_LEASE_MS while elections are open: nobody relays; look at the log of the workers.', registers }),
    takeovers: new Counter({ name: 'livetally_relay_takeovers_total', help: 'Boxes taken over from a relay that fell silent. Growing steadily: workers die or freeze again and again, or RELAY_LEASE_MS is too short for this Postgres.', registers }),
    sendSeconds: new Histogram({ name: 'livetally_relay_send_seconds', help: 'Time until Kafka has acknowledged one request. Above 0.2 s for minutes: the brokers or the network are the bottleneck.', buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30], registers }),
    position: createReadGauge({ name: 'livetally_relay_position', help: `Entries of a box that were sent, for the ${MOST_ELECTIONS} newest elections. Standing still while the box takes votes: see livetally_relay_behind_entries.`, labelNames: ['election', 'box'], registry }),
    epoch: createReadGauge({ name: 'livetally_relay_epoch', help: `Times that the relaying of a box has changed hands, for the ${MOST_ELECTIONS} newest elections. Growing steadily: two processes take it from each other; look for frozen workers.`, labelNames: ['election', 'box'], registry }),
  }
}

export type RelayMetrics = ReturnType<typeof createRelayMetrics>
