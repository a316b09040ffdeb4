import type { BoxId, OutdatedBox, TallyStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { createApart } from '../apart.js'
import type { Elections } from '../elections.js'
import { startLoop, type Clock } from '../pace.js'
import { createTrouble, tell } from '../story.js'
import type { BallotBox } from './ballot-box.js'
import type { Boxes } from './boxes.js'
import { areSameViews, viewsOf } from '../views.js'
import { paneAges, type PaneRetention } from './pane-retention.js'
import type { Generations } from './generations.js'
import type { TabulatorMetrics } from './tabulator-metrics.js'

const LOOK_MS = 2_000
const ROLL_UP_MS = 3_600_000

interface Dependencies {
  store: Pick<TallyStore, 'outdated' | 'noteDefinition' | 'rollable'>
  elections: Elections
  boxes: Boxes
  generations: Generations
  retention: PaneRetention
  /** True for boxes that this process tallies for certain. */
  isMine: (id: BoxId) => boolean
  /** True once the group has said which boxes those are. */
  isAssigned: () => boolean
  /** Waits for all other work on boxes, and keeps it waiting meanwhile. */
  inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** A slice is folded: whoever waits for its turn knows that we are not stuck. */
  onStep: () => void
  clock: Clock
  logger: Logger
  metrics: Pick<TabulatorMetrics, 'rebuilding' | 'rebuilt'>
}

const REASONS = {
  ASKED_FOR: 'it was asked for',
  VIEWS_CHANGED: 'its breakdowns were changed',
  PANES_ROLLED_UP: 'its old windows are rolled up',
} as const

/**
 * Counts boxes anew in the background, while they go on being counted as they were: because a view was added, because
 * somebody asked for it, or because panes have become old. A box switches once its new count has caught up with the old one.
 */
export function startRebuilder({ store, elections, boxes, generations, retention, isMine, isAssigned, inTurn, onStep, clock, logger, metrics }: Dependencies): AsyncDisposable {
  const apart = createApart({ logger, clock }, 'this box cannot be counted anew')
  let rolledAt = Number.NEGATIVE_INFINITY
  let isStopping = false

  const rebuild = async (old: BallotBox, reason: keyof typeof REASONS): Promise<void> => {
    const { election, box, generation: former } = old.claim
    const began = clock.now()
    const generation = await generations.begin(old)
    if (generation === undefined) return
    tell(logger, 'REBUILD_STARTED', { election, box, generation: former + 1, entries: old.position.nextSeq, reason }, `counting this box anew: ${REASONS[reason]}`)
    while (generation.nextSeq < old.position.nextSeq) {
      metrics.rebuilding.set(old.position.nextSeq - generation.nextSeq)
      const folded = await generation.advance()
      if (isStopping || folded === 'LOST' || folded === 0 || boxes.peek(old.claim) !== old) break
      await clock.delay(0)
    }
    const isSwitched = await inTurn(async () => {
      if (boxes.peek(old.claim) !== old) return false
      for (let folded: number | 'LOST' = 1; generation.nextSeq < old.position.nextSeq && folded !== 0;) {
        folded = await generation.advance()
        onStep()
        if (folded === 'LOST') break
      }
      // Whatever comes of it: the next look claims what the database then holds.
      return boxes.closeWhile(old, async () => generation.nextSeq >= old.position.nextSeq && generation.finish())
    })
    metrics.rebuilding.set(0)
    const facts = { election, box, generation: former + 1, entries: generation.nextSeq, ms: Math.round(clock.now() - began), reason }
    if (isSwitched) metrics.rebuilt.inc({ reason })
    if (isSwitched) tell(logger, 'REBUILD_FINISHED', facts, 'this box is counted anew')
    else tell(logger, 'REBUILD_ABANDONED', facts, 'counting this box anew was given up: it has another owner or state now; it is tried again')
  }
  const look = async ({ isWanted, ...id }: OutdatedBox): Promise<void> => {
    // Never from memory: it was edited, or the database was restored.
    const election = await elections.reload(id.election)
    if (election === undefined) return
    const views = viewsOf(election.structure)
    // Not in turn: a claim that waits for somebody's lock holds up no other box.
    const box = await boxes.own(id)
    if (box === undefined) return
    const isSame = areSameViews(views, box.claim.views)
    // It stays outdated until a look finds it as it should be: counting it anew may be given up, or the definition be edited meanwhile.
    if (isWanted || (!isSame && box.position.nextSeq > 0)) {
      await rebuild(box, isWanted ? 'ASKED_FOR' : 'VIEWS_CHANGED')
      return
    }
    // What counted nothing yet is claimed anew, under the views of now. What the database does not hold like this is of before a restore.
    const isCurrent = isSame && await store.noteDefinition(box.claim, election.definitionId)
    if (!isCurrent) await inTurn(async () => boxes.drop(box))
  }
  const rollUp = async (): Promise<void> => {
    if (!isAssigned() || clock.now() - rolledAt < (retention.lookMs ?? ROLL_UP_MS)) return
    rolledAt = clock.now()
    for (const id of await store.rollable(clock.wallTime(), paneAges(retention))) {
      await apart.attempt(id, async () => {
        const box = isMine(id) ? await boxes.own(id) : undefined
        if (box !== undefined && !isStopping) await rebuild(box, 'PANES_ROLLED_UP')
      })
    }
  }
  const loop = startLoop(clock, async () => {
    for (const outdated of (await store.outdated()).filter(isMine)) if (!isStopping) await apart.attempt(outdated, () => look(outdated))
    await rollUp()
    return LOOK_MS
  }, createTrouble({ logger, clock }, 'boxes cannot be counted anew'))

  return {
    async [Symbol.asyncDispose]() {
      isStopping = true
      await loop[Symbol.asyncDispose]()
    },
  }
}
