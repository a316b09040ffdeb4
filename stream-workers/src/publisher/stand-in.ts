import type { PublishedBy, PublisherProcessStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { startLoop, type Clock } from '../pace.js'
import { createTrouble, tell } from '../story.js'
import type { PublisherMetrics } from './publisher-metrics.js'
import { createSilentPublishers, LOOKS, type QuietPublisher } from './silent-publishers.js'

/** Elections of one silent process that are taken at once: the most urgent ones. The group gives away the others. */
const MOST_AT_ONCE = 20

export interface StandInDependencies {
  owner: string
  /** A process without a sign of life for so long is stood in for. */
  silentMs: number
  store: PublisherProcessStore
  /** It may soon be taken over: what takes time and does no harm is done now. */
  prepare: (election: number) => void
  /** Claims an election from whoever had this epoch. False if somebody else was faster. */
  takeOver: (from: PublishedBy) => Promise<boolean>
  /** Publishes what was tallied of the elections taken over meanwhile, for their topic is not read here. Returns for how many. */
  keepUp: () => Promise<number>
  clock: Clock
  logger: Logger
  metrics: Pick<PublisherMetrics, 'takeovers'>
}

/**
 * Goes on with the open elections of a publisher that fell silent, before the group has given its partition to anybody. Whoever
 * the group chooses then claims them as ever; epochs see to it that only one publishes.
 */
export function startStandIn({ owner, silentMs, store, prepare, takeOver, keepUp, clock, logger, metrics }: StandInDependencies): AsyncDisposable {
  const publishers = createSilentPublishers({ store, clock, owner, silentMs })
  const lookEveryMs = silentMs / LOOKS
  const prepared = new Set<string>()
  let quiet: readonly QuietPublisher[] = []

  const look = async (): Promise<number> => {
    quiet = await publishers.look()
    for (const other of prepared) if (!quiet.some((one) => one.owner === other)) prepared.delete(other)
    if (quiet.some((one) => one.isSilent || !prepared.has(one.owner))) standing.wake()
    return lookEveryMs
  }
  const standIn = async (): Promise<number> => {
    for (const { owner: other, isSilent } of quiet) {
      const theirs = await store.openElections(other, MOST_AT_ONCE)
      if (!prepared.has(other)) for (const { election } of theirs) prepare(election)
      prepared.add(other)
      if (!isSilent) continue
      const taken: number[] = []
      for (const found of theirs) if (await takeOver(found)) taken.push(found.election)
      if (taken.length === 0) continue
      metrics.takeovers.inc(taken.length)
      tell(logger, 'TAKEN_OVER', { elections: taken, reason: `silent: ${other}` }, 'publishing these elections, whose publisher fell silent')
    }
    const began = clock.now()
    return await keepUp() > 0 ? Math.max(lookEveryMs, 4 * (clock.now() - began)) : REST_MS
  }
  const standing = startLoop(clock, standIn, createTrouble({ logger, clock }, 'elections of a silent publisher cannot be taken over'))
  const watching = createTrouble({ logger, clock }, 'publishers cannot be watched')
  const looking = startLoop(clock, look, watching)
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all([looking, standing].map((loop) => loop[Symbol.asyncDispose]()))
      await store.leave(owner).catch(watching.met)
    },
  }
}

/** Nobody is silent: it is woken when somebody is. */
const REST_MS = 60_000
