import type { BoxId, TallyStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { startLoop, type Clock } from '../pace.js'
import { createTrouble } from '../story.js'
import type { BoxMender } from './box-mender.js'
import { idOf, type Boxes } from './boxes.js'
import type { TabulatorMetrics } from './tabulator-metrics.js'

const COMPARE_MS = 2_000

/** Every two seconds has mended what the event log never delivered: boxes behind their ledger that stood still since the last look. `isCertain`: the group has said which boxes are ours. */
export function startLedgerComparer({ store, boxes, mender, isMine, isCertain, clock, logger, metrics }: {
  store: Pick<TallyStore, 'lagging'>, boxes: Boxes, mender: BoxMender, isMine: (id: BoxId) => boolean, isCertain: () => boolean, clock: Clock, logger: Logger, metrics: TabulatorMetrics
}): AsyncDisposable {
  const stoodAt = new Map<string, number>()
  const compare = async (): Promise<number> => {
    const lagging = (await store.lagging()).filter(isMine)
    const stood = new Map(lagging.map((lag) => [idOf(lag), boxes.peek(lag)?.position.nextSeq ?? lag.nextSeq]))
    const due = lagging.filter((lag) => stoodAt.get(idOf(lag)) === stood.get(idOf(lag)) || mender.isDue(lag))
    mender.leaveAllBut(lagging)
    for (const lag of due) if (isCertain() || boxes.peek(lag) !== undefined) await mender.mend(lag)
    stoodAt.clear()
    for (const [id, seq] of stood) stoodAt.set(id, seq)
    metrics.boxes.set(boxes.all().length)
    metrics.behind.set(lagging.reduce((sum, lag) => sum + Math.max(0, lag.head - (boxes.peek(lag)?.position.nextSeq ?? lag.nextSeq)), 0))
    return COMPARE_MS
  }
  return startLoop(clock, compare, createTrouble({ logger, clock }, 'the ledger cannot be compared with the tallies'))
}
