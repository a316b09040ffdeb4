import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { createReadGauge, MOST_ELECTIONS, ofNewestElections } from '../read-gauge.js'
import { FLUSH_BUCKETS_S } from '../flush-buckets.js'
import type { BallotBox } from './ballot-box.js'

/** What the tabulator tells Prometheus. */
export function createTabulatorMetrics(registry: Registry) {
  const registers = [registry]
  const perBox = { labelNames: ['election', 'box'], registry }
  return {
    folded: new Counter({ name: 'livetally_tabulator_entries_total', help: 'Entries folded into tallies as they came by Kafka. Standing still while livetally_relay_entries_total grows: no tabulator has those partitions.', registers }),
    repeats: new Counter({ name: 'livetally_tabulator_repeats_total', help: 'Entries skipped because they were counted already. A steady stream means that a relay keeps sending again.', registers }),
    filled: new Counter({ name: 'livetally_tabulator_filled_entries_total', help: 'Entries read from the ledger because the event log did not deliver them. A steady stream means that the event log loses records or cannot be reached.', registers }),
    refused: new Counter({ name: 'livetally_tabulator_refused_flushes_total', help: 'Flushes that the database refused, by reason. A steady stream means that two workers hold the same box.', labelNames: ['reason'], registers }),
    refolds: new Counter({ name: 'livetally_tabulator_refolds_total', help: 'Boxes folded anew because their ledger was not the one counted before. Any value above 0 asks for a look at the database.', registers }),
    invalid: new Counter({ name: 'livetally_tabulator_invalid_entries_total', help: 'Entries that name something their election does not know. Any value above 0 asks for a look at the ledger.', registers }),
    flushSeconds: new Histogram({ name: 'livetally_tabulator_flush_seconds', help: 'Time of one flush. Above 0.2 s for minutes: Postgres is the bottleneck.', buckets: FLUSH_BUCKETS_S, registers }),
    boxes: new Gauge({ name: 'livetally_tabulator_boxes', help: 'Ballot boxes this process tallies now. 0 in every process for minutes while elections are open: nobody tallies.', registers }),
    behind: new Gauge({ name: 'livetally_tabulator_behind_entries', help: 'Entries in the ledger that are not in the tallies yet, over the boxes of this process, looked up every 2 s. Growing for more than a minute: votes come faster than they are tallied; add workers, or look at livetally_tabulator_flush_seconds.', registers }),
    behindRecords: new Gauge({ name: 'livetally_tabulator_behind_records', help: 'Records of a partition of topic ballots behind those worked on last. Growing for minutes: add worker processes, up to the number of partitions.', labelNames: ['partition'], registers }),
    rebuilding: new Gauge({ name: 'livetally_tabulator_rebuild_entries_left', help: 'Entries still to be read for the box that is being counted anew; 0 when none is. Standing still above 0 for minutes: Postgres is too slow to read the ledger.', registers }),
    rebuilt: new Counter({ name: 'livetally_tabulator_rebuilt_boxes_total', help: 'Boxes counted anew, by reason. Growing steadily without anybody asking or editing breakdowns: a box is given up and tried again; its log lines say why.', labelNames: ['reason'], registers }),
    position: createReadGauge({ ...perBox, name: 'livetally_tabulator_position', help: `Entries of a box that are tallied, for the ${MOST_ELECTIONS} newest elections. Standing still while the box takes votes: see livetally_tabulator_behind_entries.` }),
    epoch: createReadGauge({ ...perBox, name: 'livetally_tabulator_epoch', help: `Times that a box was claimed, for the ${MOST_ELECTIONS} newest elections. Growing steadily: workers take it from each other, or flushes are refused.` }),
    generation: createReadGauge({ ...perBox, name: 'livetally_tabulator_generation', help: `Which count of a box this is, for the ${MOST_ELECTIONS} newest elections: one more each time it was counted anew. Growing by itself: the database may have been restored; look for ALARM in the log.` }),
  }
}

export type TabulatorMetrics = ReturnType<typeof createTabulatorMetrics>

/** Lets gauges tell of the boxes that are tallied here, as they are when somebody reads them. */
export function showBoxes(metrics: TabulatorMetrics, boxes: () => readonly BallotBox[]): void {
  const show = (gauge: TabulatorMetrics['position'], of: (box: BallotBox) => number): void =>
    gauge.from(() => ofNewestElections(boxes().map((box) => ({ election: box.claim.election, box }))).map(({ election, box }) => ({ labels: { election, box: box.claim.box }, value: of(box) })))
  show(metrics.position, ({ position }) => position.nextSeq)
  show(metrics.epoch, ({ claim }) => claim.epoch)
  show(metrics.generation, ({ claim }) => claim.generation)
}
