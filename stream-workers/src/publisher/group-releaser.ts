import { createGroupRelease, type JoinedSets } from '@livetally/core/election'
import type { BallotLedger, BoxEnd, GroupReleaseStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { createApart } from '../apart.js'
import { startLoop, type Clock, type Loop } from '../pace.js'
import { createTrouble, tell } from '../story.js'
import type { ElectionPublisher } from './election-publisher.js'

const SLICE = 5_000
/** Somebody wakes it; this is for what was missed. */
const LOOK_MS = 5_000

export interface GroupReleaserDependencies {
  ledger: Pick<BallotLedger, 'read'>
  store: GroupReleaseStore
  /** The elections that are published here. */
  publishers: () => readonly ElectionPublisher[]
  /** Something was decided. */
  onDecided: () => void
  /** Another process has claimed the election: this one must let it go, for with nothing to commit it would hear of it from nobody. */
  onSuperseded: (publisher: ElectionPublisher) => void
  clock: Clock
  logger: Logger
}

/**
 * Decides, once every box of an election with secret ballots is sealed and counted, which groups of voters are told together. It
 * reads the sealed boxes anew, beside everything else: tallies do not know in which chunk a ballot of a group was released.
 */
export function startGroupReleaser({ ledger, store, publishers, onDecided, onSuperseded, clock, logger }: GroupReleaserDependencies): Loop {
  let isStopping = false
  const decide = async (publisher: ElectionPublisher, undecided: readonly string[], known: readonly JoinedSets[]): Promise<void> => {
    const { election: { key, structure }, claim, vector } = publisher
    const began = clock.now()
    const release = createGroupRelease(structure, undecided, known)
    const ends: BoxEnd[] = []
    let entries = 0
    for (const { box, nextSeq } of vector) {
      if (box >= structure.boxCount) continue
      let chain = ''
      for (let from = 0; from < nextSeq; from += SLICE) {
        for (const entry of await ledger.read(key, box, from, Math.min(SLICE, nextSeq - from))) {
          release.add(box, entry)
          chain = entry.chain ?? chain
        }
        await clock.delay(0)
        if (isStopping) return
      }
      ends.push({ box, sealedSeq: nextSeq, chain })
      entries += nextSeq
    }
    // In steps: a process that is silent for seconds loses its elections to another, which would begin anew.
    const steps = release.decideInSteps()
    let step = steps.next()
    while (step.done !== true) {
      await clock.delay(0)
      if (isStopping) return
      step = steps.next()
    }
    const sets = step.value
    if (!await store.decide(claim, ends, sets)) return onSuperseded(publisher)
    tell(logger, 'GROUPS_RELEASED', { election: key, entries, views: sets.map(({ names }) => names), ms: Math.round(clock.now() - began) }, 'every box is sealed: choices of these groups of voters are told from now on')
    onDecided()
  }
  const apart = createApart({ logger, clock }, 'choices of groups of voters of this election cannot be released')
  const loop = startLoop(clock, async () => {
    for (const publisher of publishers()) {
      const { undecided, election: { key: election } } = publisher
      if (undecided.length === 0 || isStopping) continue
      await apart.attempt({ election }, async () => {
        const known = await store.decided(election)
        // The publisher may not have looked since it was decided.
        const open = undecided.filter((names) => !known.some((one) => one.names === names))
        if (open.length > 0) await decide(publisher, open, known)
      })
    }
    return LOOK_MS
  }, createTrouble({ logger, clock }, 'choices of groups of voters cannot be released'))
  return {
    wake: () => loop.wake(),
    async [Symbol.asyncDispose]() {
      isStopping = true
      await loop[Symbol.asyncDispose]()
    },
  }
}
