import { createHash, randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type { Election, ElectionDefinition } from '../election/index.js'
import { crumbleton } from '../election/fixtures/index.js'
import { createBallotLedger, type BallotLedger, type CastRow } from './ledger/ballot-ledger.js'
import { createRevisionStore, type Revision } from './counting/revision-store.js'
import { openDatabase, type Database } from './database/database.js'
import type { DatabaseRole } from './database/logins/login.js'
import { createElectionStore, type ElectionStore } from './elections/election-store.js'

declare module 'vitest' {
  interface ProvidedContext { postgresUrl: string }
}

interface TestNetwork {
  createSuiteDatabase(serverUrl: string, name: string): Promise<string>
  dropSuiteDatabase(serverUrl: string, name: string): Promise<void>
  eventually<Found>(check: () => Found | Promise<Found>, options?: { limitMs?: number, what?: string }): Promise<Exclude<Found, false | undefined>>
  migrateForTests(ownerUrl: string): Promise<void>
  testLoginUrl(ownerUrl: string, role: DatabaseRole): string
}

/** The test network stands on this package, so that its types cannot be named here; at run time it is there. */
export async function testNetwork(): Promise<TestNetwork> {
  const module = '../../../local/src/test-network/index.js'
  const found: TestNetwork = await import(module)
  return found
}

/** Waits for a condition with a limit, as all tests do. */
export async function eventually<Found>(check: () => Found | Promise<Found>, options: { limitMs?: number, what?: string } = {}): Promise<Exclude<Found, false | undefined>> {
  const network = await testNetwork()
  return network.eventually(check, options)
}

/** Waits until a statement of some other connection waits for a lock. */
export async function somebodyWaitsForALock(owner: pg.Pool, statement: string): Promise<void> {
  await eventually(async () => {
    const { rowCount } = await owner.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1 AND pid <> pg_backend_pid()`, [`%${statement}%`])
    return rowCount === 1
  }, { limitMs: 4_000, what: `${statement} to wait for a lock` })
}

/** A migrated database of one suite's own, and what tests of the store begin with. */
export interface StoreUnderTest extends AsyncDisposable {
  /** As the database's owner. */
  readonly databaseUrl: string
  /** The same as processes of a kind come. */
  urlOf(role: DatabaseRole): string
  /** As the database's owner, whom no grant holds back. */
  readonly owner: pg.Pool
  /** The database as the API sees it. */
  readonly api: Database
  readonly worker: Database
  /** Of an election that no worker publishes everything is published just before it is certified, as it would be in time. */
  readonly elections: ElectionStore
  readonly ledger: BallotLedger
  as(role: DatabaseRole): Promise<Database>
  /** Crumbleton under a slug of its own, open from an hour ago until in an hour. */
  openElection(changes?: Partial<ElectionDefinition>): Promise<Election>
  createElection(changes?: Partial<ElectionDefinition>): Promise<number>
  reload(key: number): Promise<Election>
}

let suites = 0

export async function createStoreUnderTest(): Promise<StoreUnderTest> {
  const { createSuiteDatabase, dropSuiteDatabase, testLoginUrl } = await testNetwork()
  const serverUrl = inject('postgresUrl')
  const name = `suite_store_${randomUUID().slice(0, 8)}`
  const databaseUrl = await createSuiteDatabase(serverUrl, name)
  const owner = new pg.Pool({ connectionString: databaseUrl, max: 4 })
  owner.on('error', () => undefined)
  const opened: Database[] = []
  const urlOf = (role: DatabaseRole): string => testLoginUrl(databaseUrl, role)
  const as = async (role: DatabaseRole): Promise<Database> => {
    const database = await openDatabase({ databaseUrl: urlOf(role), role, applicationName: `test-${role}` })
    opened.push(database)
    return database
  }
  const api = await as('api')
  const worker = await as('worker')
  const stored = createElectionStore(api)
  const elections: ElectionStore = {
    ...stored,
    async changePhase(key, change) {
      if (change === 'certify') await publishAll(key)
      return stored.changePhase(key, change)
    },
  }
  // Casting is the API's right, and reading what was cast is the worker's.
  const [casting, reading] = [createBallotLedger(api), createBallotLedger(worker)]
  const ledger: BallotLedger = { ...casting, read: reading.read, readSlices: reading.readSlices, openHeads: reading.openHeads }
  const revisions = createRevisionStore(worker)
  const publishAll = async (key: number): Promise<void> => {
    const heads = await casting.heads(key)
    if (heads.length === 0 || await revisions.latest(key) > 0) return
    await revisions.commit(await revisions.claim(key, 'a test'), revisionAt(key, 1, heads))
  }
  const reload = async (key: number): Promise<Election> => {
    const election = await elections.load(key)
    if (election === undefined) throw new Error(`There is no election ${key}.`)
    return election
  }
  const createElection = async (changes: Partial<ElectionDefinition> = {}): Promise<number> => {
    suites += 1
    const created = await elections.create(definitionNow({ slug: `crumbleton-${suites}`, ...changes }), Buffer.alloc(8, 1))
    if (!created.ok) throw new Error(created.reason)
    return created.key
  }
  return {
    databaseUrl, urlOf, owner, api, worker, elections, ledger, as, createElection, reload,
    async openElection(changes) {
      const key = await createElection(changes)
      for (const change of ['publish', 'open'] as const) {
        const outcome = await elections.changePhase(key, change)
        if (!outcome.ok) throw new Error(outcome.message)
      }
      return reload(key)
    },
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]()
      await Promise.all([owner.end(), ...opened.map((database) => database[Symbol.asyncDispose]())])
      await dropSuiteDatabase(serverUrl, name)
    },
  }
}

/** A revision that counts boxes up to where they are, and says nothing else; complete, if all ballot boxes are sealed. */
export function revisionAt(election: number, revision: number, boxes: readonly { box: number, nextSeq: number, sealedSeq: number | null }[]): Revision {
  const vector = boxes.map(({ box, nextSeq, sealedSeq }) => ({ box, generation: 1, nextSeq, sealedSeq }))
  return { election, revision, publishedAt: Date.now(), status: boxes.filter(({ sealedSeq }) => sealedSeq === null).length <= 1 ? 'UNOFFICIAL_COMPLETE' : 'UNOFFICIAL_PARTIAL', asOf: null, finalUntil: null, isFull: true, vector, rows: [] }
}

const HOUR_MS = 3_600_000

/** Crumbleton's definition, at a time when it is open. */
export function definitionNow(changes: Partial<ElectionDefinition> = {}): ElectionDefinition {
  return { ...crumbleton.definition, opensAt: new Date(Date.now() - HOUR_MS).toISOString(), closesAt: new Date(Date.now() + HOUR_MS).toISOString(), ...changes }
}

/** 32 bytes that stand for a text. */
export const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** 16 bytes that stand for an idempotency key. */
export const keyHash = (key: string): Buffer => digest(key).subarray(0, 16)

/** A ballot of a voter, as the API would send it: another key, another receipt. */
export function castRow(election: Pick<Election, 'phaseVersion'>, voter: string, changes: Partial<CastRow> & { key?: string } = {}): CastRow {
  const { key = `key of ${voter}`, ...rest } = changes
  return {
    voterRef: digest(voter), keyHash: keyHash(key), sealedReceipt: Buffer.from(`receipt for ${key}`), phaseVersion: election.phaseVersion,
    tracker: randomUUID(), commitment: digest(`${voter}/${key}`),
    ballot: { unit: 'mill', channel: 'ONLINE', attributes: { age: 'young' }, selections: { baker: ['rye'] } },
    ...rest,
  }
}

/** What a digest covers of an entry: `castAt` in ms since 1970. */
export interface ChainedEntry { commitment: string, castAt: number }

/** The digest that the ledger should hold behind these transactions: each hashes the one before it, and of its entries commitment and time. */
export function chainAfter(transactions: readonly (readonly ChainedEntry[])[]): string {
  return transactions.reduce((previous, entries) => {
    const hash = createHash('sha256').update(previous, 'hex')
    for (const { commitment, castAt } of entries) {
      const instant = Buffer.alloc(8)
      instant.writeBigInt64BE(BigInt(castAt))
      hash.update(commitment, 'hex').update(instant)
    }
    return hash.digest('hex')
  }, '')
}
