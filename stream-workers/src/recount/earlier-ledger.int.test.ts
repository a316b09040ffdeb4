import { createBallotLedger, createElectionStore, migrate, openDatabase, type Database } from '@livetally/core/store'
import { createBallotCaster, electionKeys, type CastResult, type FittingBallot } from '@livetally/core/voting'
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { recount } from './recount.js'

/** The newest migration before participations were halved. */
const BEFORE = 'NoteRebuilds1763800090000'

/** What an installation had stored by then, byte by byte. */
const KEYS = electionKeys(Buffer.alloc(32, 'sourdough'), 'bread-2025')
const CAST = [
  {
    voter: 'ada', option: 'rye', tracker: '2436aadf-7fa2-47e0-88a6-3069cf5dc88d',
    voterRef: '484f6664e096cfab92f58a58a9d16d19638a1f3077963f5511894bdb052a7f43',
    keyHash: '456f49b55a21637f562afb5d32ac21bb1a3f48e8bd612610c057a02f0242ee52',
    sealedReceipt: '01e7085435f7b1ee63252bb389eb7c64b5356804f4618bf8472bfab19e0cf18e7920c435fc273885d9fd13f8103b28825ea7396eff0bfdd6aa5333a4c4',
    commitment: 'f3d01e928f29ddaff922765f02140afd04910a2f29ea336c3a9bf0ba48756d94',
  },
  {
    voter: 'bo', option: 'rye', tracker: 'aa0ab74f-6f8e-4f95-b990-1d1fa3b004db',
    voterRef: '2a4b1d970beb3a364968877e89131625cf64d5627f1344882a1642091c34cd9a',
    keyHash: '1e72c2b436e78d9e5e8c9f4c47872e456a1493b5ef0c6b8451e8ec1bd00e1b8e',
    sealedReceipt: '018e45672e7a4f65ca78bc727a2883ccf036ca3e7a17930fb24dd80ec28376ece30cb6ea8aeba606324b49818b957e6c50bd9ee08f915969922821f609',
    commitment: '6cbd4520a52cfc8b5f2809b03fb8f79f11e4ffc08206362322dcef4509f76dc7',
  },
  {
    voter: 'cleo', option: 'brioche', tracker: 'cbe0ec05-a3ac-4e6e-84eb-d69b475856b3',
    voterRef: 'fb250aa8bba7f5987b13e5e4a3174c38974a8dde6ef26a4bddc1b01b8ea904dd',
    keyHash: 'a0971585a616ea8b5e8e0f743196b515cbd84766227de7c0fd251999f5ba832f',
    sealedReceipt: '0125c730e05d88e273aac01777e937be7eea8ee2d150896aec86ad512af839d36c530e11fc368c0706888e412133c3716b82d00f9dd9f0241014f2444b',
    commitment: 'af4d1d425aa1e4297c4dbf11b52d64c2164d053221ebb956c66404c086740ab1',
  },
] as const

/** One bakery with one oven, which votes for its bread; and a draft whose publication stopped halfway. */
const ELECTION = `
  INSERT INTO election (slug, name, time_zone, opens_at, closes_at, results_visibility, time_source, granularity_ms, disorder_ms, grace_ms, boxes, breakdowns, phase, key_fingerprint)
  SELECT w.slug, 'The bread of the year', 'UTC', now() - interval '1 hour', now() + interval '1 hour', 'LIVE', 'DATABASE', 1000, 0, 0, 1, '[]', 'DRAFT', '\x01'
  FROM (VALUES ('bread-2025'), ('bread-2026')) AS w (slug) ORDER BY w.slug;
  INSERT INTO reporting_unit (election, id, position, name, kind, is_place, box) SELECT key, 'oven', 0, 'The oven', 'PRECINCT', true, 0 FROM election;
  INSERT INTO reporting_unit_member SELECT key, 'oven', 'oven' FROM election;
  INSERT INTO contest SELECT key, 'bread', 0, 'Bread of the year', 'PLURALITY', 1, 1, 'oven' FROM election;
  INSERT INTO contest_option (election, contest, id, position, name, is_write_in) SELECT e.key, 'bread', o.id, 0, o.id, false FROM election e, (VALUES ('rye'), ('brioche')) AS o (id);
  INSERT INTO ballot_box (election, box) SELECT e.key, b.box FROM election e, (VALUES (0), (1)) AS b (box);
  INSERT INTO relay_position (election, box) SELECT b.election, b.box FROM ballot_box b;
  UPDATE election SET phase = 'OPEN' WHERE key = 1`

let databaseUrl = ''
let server: pg.Client
let owner: pg.Client
let api: Database

beforeAll(async () => {
  server = new pg.Client({ connectionString: inject('postgresUrl') })
  await server.connect()
  const name = `suite_earlier_${randomUUID().slice(0, 8)}`
  await server.query(`CREATE DATABASE ${name}`)
  databaseUrl = Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href
  await migrate(databaseUrl, BEFORE)
  owner = new pg.Client({ connectionString: databaseUrl })
  await owner.connect()
  await owner.query(ELECTION)
  for (const { voterRef, keyHash, sealedReceipt, tracker, commitment, option } of CAST) {
    await owner.query(`SELECT cast_batch(1, 0::smallint, ARRAY[decode($1, 'hex')], ARRAY[decode($2, 'hex')], ARRAY[decode($3, 'hex')], ARRAY[1], ARRAY[$4::uuid], ARRAY[decode($5, 'hex')], ARRAY['oven'], ARRAY[0::smallint], ARRAY['{}'], ARRAY[$6], ARRAY[NULL::timestamptz])`,
      [voterRef, keyHash, sealedReceipt, tracker, commitment, `{"bread":["${option}"]}`])
  }
  await migrate(databaseUrl)
  api = await openDatabase({ databaseUrl, role: 'api', applicationName: 'test-api' })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await owner.end()
  await server.query(`DROP DATABASE IF EXISTS ${new URL(databaseUrl).pathname.slice(1)} WITH (FORCE)`)
  await server.end()
})

async function castAgain(voter: string, option: string, idempotencyKey: string): Promise<CastResult> {
  await using ledger = createBallotLedger(api)
  const election = await createElectionStore(api).load(1)
  if (election === undefined) throw new Error('The election has vanished.')
  const caster = createBallotCaster({
    stored: ledger,
    batcher: { cast: async (key, box, row) => (await ledger.castBatch(key, box, [row]))[0] ?? { verdict: 'UNKNOWN' } },
  })
  const ballot: FittingBallot = {
    known: { election, keys: KEYS, hasItsKey: true }, box: 0, voterRef: KEYS.voterRef('roll', voter), idempotencyKey,
    ballot: { unit: 'oven', channel: 'ONLINE', attributes: {}, selections: { bread: [option] } },
  }
  return caster.cast(ballot)
}

test('ballots of an earlier version recount and their digests follow', async () => {
  const report = await recount(databaseUrl, 'bread-2025')
  expect(report?.checks.filter(({ problems }) => problems.length > 0)).toEqual([])
  expect(report).toMatchObject({ agrees: true, ballots: 3 })
})

test.each(CAST)('$voter, who voted then, gets the same receipt again, and cannot vote twice', async ({ voter, option, tracker }) => {
  const key = `key of ${voter}`
  expect(await castAgain(voter, option, key)).toMatchObject({ kind: 'ACCEPTED', tracker, repeated: true })
  expect(await castAgain(voter, option === 'rye' ? 'brioche' : 'rye', key)).toEqual({ kind: 'IDEMPOTENCY_CONFLICT' })
  expect(await castAgain(voter, option, 'another key')).toEqual({ kind: 'ALREADY_VOTED' })
  await using ledger = createBallotLedger(api)
  expect(await ledger.hasVoted(1, KEYS.voterRef('roll', voter))).toBe(true)
})

test('a draft whose publication stopped halfway is published with a box for each of its places', async () => {
  await owner.query(`INSERT INTO reporting_unit (election, id, position, name, kind, is_place) VALUES (2, 'second-oven', 1, 'The second oven', 'PRECINCT', true)`)
  expect(await createElectionStore(api).changePhase(2, 'publish')).toMatchObject({ ok: true, phase: 'SCHEDULED' })
  const { rows } = await owner.query('SELECT id, box FROM reporting_unit WHERE election = 2 ORDER BY id')
  expect(rows).toEqual([{ id: 'oven', box: 0 }, { id: 'second-oven', box: 0 }])
})
