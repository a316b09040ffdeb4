import { createKafkaEventLog, encodeBallotSubmitted, encodeSignedBallot, TOPIC, type OutgoingRecord, type SignedBallot } from '@livetally/core/events'
import { openElection } from '@livetally/local/faults'
import type { IngestBallot } from '@livetally/simulator'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseMiB, idle, timed, type SizeOptions, type SizeReport } from './sizes.js'
import { expectRecountAgrees } from './standing.js'
import { ONE_OF_EACH, ROLE_NAMES, startMeasuredSystem } from './system.js'

const KEY_ID = 'everybody/1'
/** Ballots sent together; beside each such request goes one record of rubbish. */
const BATCH = 500
const RUBBISH_BYTES = 500_000

/** Ballots that another system hands in over Kafka as fast as it can, with large rubbish among them. */
export async function measureIngest({ ballots }: SizeOptions, tell: (line: string) => void): Promise<SizeReport> {
  await using system = await startMeasuredSystem({ suite: 'scale-ingest', workers: [...ONE_OF_EACH, { ROLES: 'ingest' }], names: [...ROLE_NAMES, 'ingest'] })
  const { network } = system
  const sign = await registerSource(join(network.home, 'ingest-keys.json'))
  await using under = await openElection(network, 'by-post', { boxes: 16, eligibleVoters: ballots * 2 })
  const { slug } = under.election
  tell(`making ${ballots.toLocaleString('en')} ballots`)
  const paper = under.ballots(ballots).map((ballot) => asSigned(slug, ballot))
  await using log = createKafkaEventLog({ brokers: network.kafkaBrokers, topicPrefix: network.topicPrefix, clientId: 'livetally-scale' })
  await using producer = await log.producer()
  const partitions = await log.partitionCount(TOPIC.ballotsIncoming)
  const times = await timed(system, ballots, async (onCast) => {
    for (let at = 0; at < paper.length; at += BATCH) {
      const partition = (at / BATCH) % partitions
      const records = await Promise.all(paper.slice(at, at + BATCH).map(async (ballot): Promise<OutgoingRecord> => (
        { topic: TOPIC.ballotsIncoming, partition, key: ballot.idempotencyKey, value: encodeBallotSubmitted({ v: 1, ballot: await sign(ballot) }) })))
      await producer.send([...records, { topic: TOPIC.ballotsIncoming, partition, key: 'rubbish', value: randomBytes(RUBBISH_BYTES) }])
      onCast(records.length)
    }
  })
  const idleCores = await idle(system)
  tell('counting again from nothing')
  const recounted = await expectRecountAgrees(network, slug)
  return {
    what: 'handed in over Kafka', ballots, ...times, idleCores, memory: { ...system.memory() }, databaseMiB: await databaseMiB(system), recountSeconds: recounted.seconds,
  }
}

/** Registers a new key; what it returns signs with it. */
async function registerSource(keysFile: string): Promise<(ballot: SignedBallot) => Promise<string>> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA')
  await writeFile(keysFile, JSON.stringify({ keys: [{ ...await exportJWK(publicKey), kid: KEY_ID, alg: 'EdDSA' }] }))
  return (ballot) => new CompactSign(Buffer.from(encodeSignedBallot(ballot))).setProtectedHeader({ alg: 'EdDSA', kid: KEY_ID }).sign(privateKey)
}

/** The same ballot by the definition's own ids, which are the last parts of the API's. */
function asSigned(election: string, { idempotencyKey, sourceBallotNumber = idempotencyKey, reportingUnitId, channel, attributes = [], selections }: IngestBallot): SignedBallot {
  return {
    v: 1, idempotencyKey, election, unit: own(reportingUnitId), channel, sourceBallotNumber,
    attributes: Object.fromEntries(attributes.map(({ attributeId, valueId }) => [own(attributeId), own(valueId)])),
    selections: Object.fromEntries(selections.map(({ contestId, optionIds }) => [own(contestId), optionIds.map(own)])),
  }
}

function own(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1)
}
