import { TOPIC, TOPICS } from '@livetally/core/events'
import type { SignatureChecker } from '@livetally/stream-workers/parts'
import type { Kafka } from '../kafka/kafka.js'
import type { Random } from '../random.js'
import type { Schedule } from '../schedule.js'
import type { Town } from '../town.js'
import type { Weather } from '../weather.js'
import { checkBeforehand } from './signing.js'
import { drawHandout } from './submissions.js'
import { openThirdParty, type ThirdParty } from './third-party.js'

export interface Guest {
  readonly signatures: SignatureChecker
  arrive(place: { schedule: Schedule, kafka: Kafka }): ThirdParty
}

const PARTITIONS = TOPICS.find(({ name }) => name === TOPIC.ballotsIncoming)?.partitions ?? 1

/** In one schedule of five a third party hands ballots in; undefined in the others, which draw nothing for it. */
export async function inviteThirdParty(random: Random, { town, startsAt, untilMs, weather }: { town: Town, startsAt: number, untilMs: number, weather: Weather }): Promise<Guest | undefined> {
  if (!random.chance(0.2)) return undefined
  // Whoever never sends twice can only be promised a verdict where nothing that was acknowledged is lost.
  const isInsistent = !weather.isOrderKept || random.chance(0.5)
  const { handed, signatures } = drawHandout(random, { town, startsAt, untilMs, partitions: PARTITIONS })
  return { signatures: await checkBeforehand(signatures), arrive: (place) => openThirdParty({ ...place, weather, handed, startsAt, isInsistent }) }
}
