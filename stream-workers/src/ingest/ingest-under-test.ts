import type { BallotDecided, EventLog, LogRecord, SignedBallot } from '@livetally/core/events'
import { ballotSubmittedKey, encodeBallotSubmitted, encodeSignedBallot, parseBallotDecided, parseQuarantined, TOPIC, type Quarantined } from '@livetally/core/events'
import type { ElectionStore } from '@livetally/core/store'
import { electionKeys } from '@livetally/core/voting'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { definitionNow } from '../../../core/src/store/store-under-test.js'

/** Another system with a key of its own. */
export interface SourceUnderTest {
  /** The public key as it is registered. */
  readonly jwk: Readonly<Record<string, unknown>>
  /** The private one as its owner keeps it. */
  readonly privateJwk: Readonly<Record<string, unknown>>
  sign(ballot: SignedBallot | Record<string, unknown> | string, header?: Record<string, unknown>): Promise<string>
}

export async function createSourceUnderTest(kid: string, alg = 'EdDSA'): Promise<SourceUnderTest> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return {
    jwk: { ...await exportJWK(publicKey), kid, alg },
    privateJwk: { ...await exportJWK(privateKey), kid, alg },
    sign: (ballot, header = {}) => new CompactSign(Buffer.from(typeof ballot === 'string' ? ballot : encodeSignedBallot(ballot as SignedBallot)))
      .setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  }
}

export async function registerKeys(file: string, sources: readonly SourceUnderTest[]): Promise<void> {
  await writeFile(file, JSON.stringify({ keys: sources.map(({ jwk }) => jwk) }))
}

/** A paper ballot of Crumbleton's Old Mill, another one each time. */
export function paperBallot(election: string, changes: Partial<Record<keyof SignedBallot, unknown>> = {}): SignedBallot {
  return {
    v: 1, idempotencyKey: randomUUID(), election, unit: 'mill', channel: 'ELECTION_DAY', sourceBallotNumber: randomUUID(),
    selections: { baker: ['rye'], council: ['plum', 'fig'] }, ...changes,
  } as SignedBallot
}

/** Crumbleton under a slug of its own and the master key of the test; `phase` is how far it has come. */
export async function createCrumbleton(elections: ElectionStore, masterKey: Buffer, { phase = 'OPEN', isImported = false }: { phase?: 'DRAFT' | 'SCHEDULED' | 'OPEN', isImported?: boolean } = {}): Promise<{ key: number, slug: string }> {
  const slug = `crumbleton-${randomUUID().slice(0, 8)}`
  const definition = definitionNow({ slug })
  const time = { ...definition.time, source: isImported ? 'IMPORTED' as const : 'DATABASE' as const }
  const created = await elections.create({ ...definition, time }, electionKeys(masterKey, slug).fingerprint)
  if (!created.ok) throw new Error(created.reason)
  if (phase !== 'DRAFT') await elections.changePhase(created.key, 'publish')
  if (phase === 'OPEN') await elections.changePhase(created.key, 'open')
  return { key: created.key, slug }
}

/** What is written to topics `ballots.verdicts` and `quarantine` from now on, and a hand that writes to `ballots.incoming`. */
export interface Correspondence extends AsyncDisposable {
  readonly verdicts: readonly BallotDecided[]
  readonly verdictRecords: readonly LogRecord[]
  readonly quarantined: readonly Quarantined[]
  send(...values: readonly { key?: string, value: string | Buffer | null, partition?: number }[]): Promise<void>
  hand(source: SourceUnderTest, ...ballots: readonly SignedBallot[]): Promise<void>
}

export async function openCorrespondence(log: EventLog): Promise<Correspondence> {
  const verdicts: BallotDecided[] = []
  const verdictRecords: LogRecord[] = []
  const quarantined: Quarantined[] = []
  const followers = [
    await log.follow({ topic: TOPIC.ballotsVerdicts, onRecords: (records) => {
      for (const record of records) {
        const parsed = parseBallotDecided(record.value)
        if (!parsed.ok) throw new Error(parsed.reason)
        verdictRecords.push(record)
        verdicts.push(parsed.event)
      }
    } }),
    await log.follow({ topic: TOPIC.quarantine, onRecords: (records) => {
      for (const { value } of records) {
        const parsed = parseQuarantined(value)
        if (parsed.ok) quarantined.push(parsed.event)
      }
    } }),
  ]
  const producer = await log.producer()
  const send: Correspondence['send'] = (...values) => producer.send(values.map(({ key = 'k', value, partition = 0 }) => ({ topic: TOPIC.ballotsIncoming, partition, key, value })))
  return {
    verdicts, verdictRecords, quarantined, send,
    async hand(source, ...ballots) {
      await send(...await Promise.all(ballots.map(async (ballot) => ({
        key: ballotSubmittedKey(ballot.idempotencyKey), value: encodeBallotSubmitted({ v: 1, ballot: await source.sign(ballot) }),
      }))))
    },
    async [Symbol.asyncDispose]() {
      for (const part of [...followers, producer]) await part[Symbol.asyncDispose]()
    },
  }
}
