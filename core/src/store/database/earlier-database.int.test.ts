import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { createElectionStore } from '../elections/election-store.js'
import { testNetwork } from '../store-under-test.js'
import { openDatabase } from './database.js'
import { migrate } from './migrate.js'

/** The newest migration before participations were halved. */
const BEFORE = 'NoteRebuilds1763800090000'

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

const CAST = `SELECT cast_batch(1, 0::smallint, ARRAY[sha256('ada')], ARRAY[sha256('key')], ARRAY['\\x01'::bytea], ARRAY[1], ARRAY[gen_random_uuid()], ARRAY[sha256('ballot')], ARRAY['oven'], ARRAY[0::smallint], ARRAY['{}'], ARRAY['{"bread":["rye"]}'], ARRAY[NULL::timestamptz])`

let databaseUrl = ''
let server: pg.Client
let owner: pg.Client

beforeAll(async () => {
  server = new pg.Client({ connectionString: inject('postgresUrl') })
  await server.connect()
})
afterAll(() => server.end())
beforeEach(async () => {
  const name = `suite_earlier_${randomUUID().slice(0, 8)}`
  await server.query(`CREATE DATABASE ${name}`)
  databaseUrl = Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href
  await migrate(databaseUrl, { upTo: BEFORE })
  owner = new pg.Client({ connectionString: databaseUrl })
  await owner.connect()
  await owner.query(ELECTION)
})
afterEach(async () => {
  await owner.end()
  await server.query(`DROP DATABASE IF EXISTS ${new URL(databaseUrl).pathname.slice(1)} WITH (FORCE)`)
})

test('a database with ballots whose digests do not cover their times is refused with a sentence, again and again, and its ballots stay as they are', async () => {
  await owner.query(CAST)
  const { rows: before } = await owner.query('SELECT * FROM box_entry')
  for (const time of ['the first time', 'and again']) await expect(migrate(databaseUrl), time).rejects.toThrow(/holds ballots of an earlier version of LiveTally.*begin anew with an empty database/)
  const columns = Object.keys(before[0] as object).join()
  expect((await owner.query(`SELECT ${columns} FROM box_entry`)).rows).toEqual(before)
  const { rows: done } = await owner.query<{ name: string }>('SELECT name FROM migration ORDER BY id DESC LIMIT 1')
  expect(done).toEqual([{ name: 'SayHowSecret1763800140000' }])
})

test('a draft whose publication stopped halfway is published with a box for each of its places', async () => {
  const { migrateForTests, testLoginUrl } = await testNetwork()
  await migrateForTests(databaseUrl)
  await using api = await openDatabase({ databaseUrl: testLoginUrl(databaseUrl, 'api'), role: 'api', applicationName: 'test-api' })
  await owner.query(`INSERT INTO reporting_unit (election, id, position, name, kind, is_place) VALUES (2, 'second-oven', 1, 'The second oven', 'PRECINCT', true)`)
  expect(await createElectionStore(api).changePhase(2, 'publish')).toMatchObject({ ok: true, phase: 'SCHEDULED' })
  const { rows } = await owner.query('SELECT id, box FROM reporting_unit WHERE election = 2 ORDER BY id')
  expect(rows).toEqual([{ id: 'oven', box: 0 }, { id: 'second-oven', box: 0 }])
})
