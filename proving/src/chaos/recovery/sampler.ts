import { createKafkaEventLog, parseBallotAccepted, TOPIC } from '@livetally/core/events'
import type { TestNetwork } from '@livetally/local/test-network'
import { setTimeout as pause } from 'node:timers/promises'
import type { Sample } from '../history/history.js'

export interface Sampler extends AsyncDisposable {
  readonly samples: readonly Sample[]
}

const EVERY_MS = 50

const POSITIONS = `
  SELECT b.box, b.next_seq::float8 AS accepted, coalesce((SELECT max(p.next_seq) FROM box_position p WHERE p.election = b.election AND p.box = b.box), 0)::float8 AS tabulated
  FROM ballot_box b WHERE b.election = $1 ORDER BY b.box`
const NEWEST = 'SELECT revision, vector FROM result_revision WHERE election = $1 ORDER BY revision DESC LIMIT 1'

interface PositionRow { box: number, accepted: number, tabulated: number }
interface RevisionRow { revision: number, vector: { box: number, nextSeq: number }[] }

/** Looks 20 times a second how far each box is, past the ways that are broken: by connections of its own. */
export async function startSampler(network: TestNetwork, electionKey: number, record: (sample: Sample) => void): Promise<Sampler> {
  const samples: Sample[] = []
  const relayed = new Map<number, number>()
  const log = createKafkaEventLog({ brokers: network.kafkaBrokers, topicPrefix: network.topicPrefix, clientId: 'chaos-sampler' })
  const following = await log.follow({
    topic: TOPIC.ballots,
    onRecords(records) {
      for (const { value } of records) {
        const parsed = parseBallotAccepted(value)
        if (parsed.ok && parsed.event.election === electionKey) relayed.set(parsed.event.box, Math.max(relayed.get(parsed.event.box) ?? 0, parsed.event.seq + 1))
      }
    },
  })
  const look = async (): Promise<void> => {
    const { rows } = await network.pool.query<PositionRow>(POSITIONS, [electionKey])
    const { rows: [newest] } = await network.pool.query<RevisionRow>(NEWEST, [electionKey])
    const published = new Map(newest?.vector.map(({ box, nextSeq }) => [box, nextSeq]))
    const boxes = rows.map(({ box, accepted, tabulated }) => ({ box, accepted, tabulated, relayed: relayed.get(box) ?? 0, published: published.get(box) ?? 0 }))
    const sample: Sample = { type: 'sample', at: Date.now(), revision: newest?.revision ?? 0, boxes }
    samples.push(sample)
    record(sample)
  }
  let isStopped = false
  const looking = (async () => {
    while (!isStopped) {
      await look().catch(() => undefined)
      await pause(EVERY_MS)
    }
  })()
  return {
    samples,
    async [Symbol.asyncDispose]() {
      isStopped = true
      await looking
      await following[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
    },
  }
}
