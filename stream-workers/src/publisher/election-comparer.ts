import type { ElectionStore, ElectionVersion, RevisionStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import type { Apart } from '../apart.js'
import { startLoop, type Clock, type Loop } from '../pace.js'
import { createTrouble } from '../story.js'
import type { HeldElection, HeldElections } from './held-elections.js'
import type { PublisherMetrics } from './publisher-metrics.js'
import { createRounds } from './rounds.js'
import type { SettledElections } from './settled-elections.js'
import type { InTurn, Turns } from './turns.js'

export const COMPARE_MS = 2_000

export interface ElectionComparerDependencies {
  held: HeldElections
  settled: SettledElections
  turns: Turns
  inTurn: InTurn
  apart: Apart
  electionStore: Pick<ElectionStore, 'versions'>
  store: Pick<RevisionStore, 'noteProduced'>
  /** After each look at all elections. */
  onCompared: () => void
  clock: Clock
  logger: Logger
  metrics: Pick<PublisherMetrics, 'elections' | 'reloads'>
}

/** Every two seconds claims what the group gave to this process, and compares what is held with Postgres: what was never announced, phases, seals, edits, restores. */
export function startElectionComparer({ held, settled, turns, inTurn, apart, electionStore, store, onCompared, clock, logger, metrics }: ElectionComparerDependencies): Loop {
  const rounds = createRounds({ turns, clock, mostMs: COMPARE_MS })
  const noteProduced = async (one: HeldElection): Promise<void> => {
    if (one.produced <= one.noted) return
    await store.noteProduced(one.publisher.claim, one.produced)
    one.noted = one.produced
  }
  const compareOne = async (version: ElectionVersion): Promise<void> => {
    const { key } = version
    if (await settled.isSettled(version)) return
    await inTurn(key, async () => {
      const one = held.isMine(key) ? await held.take(key) : undefined
      if (one === undefined) return
      const reloaded = await one.publisher.compare(version)
      if (reloaded === 'SUPERSEDED') return held.letGo(key)
      metrics.reloads.inc(reloaded.length)
      one.views.adopt(one.publisher.election.structure)
      await noteProduced(one)
      if (one.publisher.isSettled && one.noted > 0 && one.produced === one.noted) settled.settle(version, one.publisher.revision, one.publisher.vector)
    })
  }
  const compare = async (): Promise<number> => {
    const mine = (await electionStore.versions()).filter(({ key, phase }) => phase !== 'DRAFT' && held.isMine(key))
    await rounds.run(mine, ({ key }) => key, (version) => apart.attempt({ election: version.key }, () => compareOne(version)))
    metrics.elections.set(held.all().length)
    held.tellTaken()
    onCompared()
    return COMPARE_MS
  }
  const loop = startLoop(clock, compare, createTrouble({ logger, clock }, 'the published results cannot be compared with Postgres'))
  return {
    wake: loop.wake,
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]()
      await rounds[Symbol.asyncDispose]()
    },
  }
}
