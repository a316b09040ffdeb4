import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Election } from '../../election/index.js'
import type { DatabaseRole } from '../database/logins/login.js'
import { castRow, createStoreUnderTest, type StoreUnderTest } from '../store-under-test.js'

const REFUSED = '42501'
let store: StoreUnderTest
let election: Election

beforeAll(async () => {
  store = await createStoreUnderTest()
  election = await store.openElection()
  await store.ledger.castBatch(election.key, 0, [castRow(election, 'Anna'), castRow(election, 'Bert')])
})
afterAll(() => store[Symbol.asyncDispose]())

const attempt = async (role: DatabaseRole, statement: string): Promise<string> => {
  await using database = await store.as(role)
  return database.pool.query(statement).then(() => 'allowed', (error: unknown) => error instanceof Error && 'code' in error ? String(error.code) : String(error))
}

describe('the ledger can only grow', () => {
  test.each([
    'UPDATE box_entry SET unit = unit',
    'DELETE FROM box_entry',
    'TRUNCATE box_entry',
    'UPDATE participation SET key_hash = key_hash',
    'DELETE FROM participation',
    'TRUNCATE participation',
    'DELETE FROM box_entry WHERE false',
  ])('not even the owner of the database can: %s', async (statement) => {
    await expect(store.owner.query(statement)).rejects.toThrow(/The ledger is append-only/)
  })

  test('a sealed box takes nothing more, whoever asks', async () => {
    const sealed = await store.openElection()
    await store.elections.changePhase(sealed.key, 'close')
    await expect(store.owner.query('UPDATE ballot_box SET next_seq = next_seq + 1 WHERE election = $1 AND box = 0', [sealed.key])).rejects.toMatchObject({ code: '23514' })
  })

  test.each([
    ['the place of another', `INSERT INTO box_entry SELECT (e).* FROM (SELECT e FROM box_entry e LIMIT 1) x`, '23505'],
    ['a place before the first', `INSERT INTO box_entry (election, box, seq, tracker, commitment, unit, channel, attributes, selections, cast_at) SELECT election, box, -1, gen_random_uuid(), commitment, unit, channel, attributes, selections, cast_at FROM box_entry LIMIT 1`, '23514'],
    ['a box that does not exist', `INSERT INTO box_entry (election, box, seq, tracker, commitment, unit, channel, attributes, selections, cast_at) SELECT election, 99, 0, gen_random_uuid(), commitment, unit, channel, attributes, selections, cast_at FROM box_entry LIMIT 1`, '23503'],
    ['a box that does not exist, not even in good company', `INSERT INTO box_entry (election, box, seq, tracker, commitment, unit, channel, attributes, selections, cast_at) SELECT election, b, 7, gen_random_uuid(), commitment, unit, channel, attributes, selections, cast_at FROM (SELECT * FROM box_entry LIMIT 1) e, (VALUES (0), (98)) x (b)`, '23503'],
  ])('no entry can take %s', async (_what, statement, code) => {
    await expect(store.owner.query(statement)).rejects.toMatchObject({ code })
  })
})

describe('what the ledger names stays', () => {
  test('nobody takes part in an election that does not exist', async () => {
    const statement = 'INSERT INTO participation (election, voter_ref, key_hash, sealed_receipt) SELECT 999999, voter_ref, key_hash, sealed_receipt FROM participation'
    await expect(store.owner.query(statement)).rejects.toMatchObject({ code: '23503' })
  })

  test.each([
    ['DELETE FROM ballot_box WHERE box = 0'],
    ['UPDATE ballot_box SET box = 77 WHERE box = 0'],
    ['DELETE FROM election'],
  ])('a box with ballots and an election with voters cannot go, nor can the box take another number: %s', async (statement) => {
    await expect(store.owner.query(statement)).rejects.toMatchObject({ code: '23503' })
  })

  test('boxes cannot be emptied all at once either', async () => {
    await expect(store.owner.query('TRUNCATE ballot_box CASCADE')).rejects.toThrow(/The ledger is append-only/)
  })
})

describe('each process may do what its work needs and nothing else', () => {
  test.each<[DatabaseRole, string, string]>([
    ['api', 'INSERT INTO box_entry SELECT * FROM box_entry', 'put a ballot into a box past cast_batch'],
    ['api', `INSERT INTO participation SELECT * FROM participation`, 'note that somebody has voted past cast_batch'],
    ['api', 'SELECT selections FROM box_entry', 'read what a ballot says'],
    ['api', 'SELECT xmin FROM box_entry', 'see which transaction a ballot came with'],
    ['api', 'SELECT tracker FROM box_entry', 'list the ballots'],
    ['api', 'SELECT count(*) FROM participation', 'read who has voted'],
    ['api', 'UPDATE ballot_box SET next_seq = 0', 'turn a box back'],
    ['api', 'UPDATE ballot_box SET sealed_seq = NULL', 'open a sealed box'],
    ['api', 'DELETE FROM election', 'delete an election'],
    ['api', 'DELETE FROM voter', 'strike a voter off the roll'],
    ['api', 'UPDATE contest_option SET position = 9 - position', 'reorder a ballot that is being voted on'],
    ['api', 'DELETE FROM contest_option', 'strike a candidate off a ballot that is being voted on'],
    ['api', 'SELECT attributes FROM box_entry', 'read whose group a ballot is from'],
    ['api', `INSERT INTO tally VALUES (1, 0, 1, 'turnout', 'mill/ONLINE', '{1000}')`, 'write a tally'],
    ['api', 'UPDATE box_position SET next_seq = 0', 'move a tally'],
    ['api', 'DELETE FROM result_revision', 'delete published results'],
    ['worker', 'SELECT * FROM participation', 'read who has voted'],
    ['worker', 'SELECT * FROM voter', 'read the roll'],
    ['worker', 'SELECT name FROM voter', 'read who may vote'],
    ['worker', 'SELECT voter_ref FROM voter', 'see whose participation belongs to whom'],
    ['worker', 'SELECT xmin FROM voter', 'see which transaction registered a voter'],
    ['worker', 'UPDATE roll SET next_number = 0', 'shorten the roll'],
    ['worker', 'INSERT INTO box_entry SELECT * FROM box_entry', 'put a ballot into a box'],
    ['worker', 'UPDATE ballot_box SET sealed_seq = next_seq', 'seal a box'],
    ['worker', `UPDATE election SET phase = 'CLOSED'`, 'close an election'],
    ['worker', `SELECT change_phase(1, '{OPEN}', 'CLOSED')`, 'change a phase'],
    ['worker', `SELECT cast_batch(1, 0::smallint, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`, 'cast ballots'],
    ['worker', `SELECT append_ticks(1, '0')`, 'tell a box the time'],
    ['worker', `SELECT append_correction(1, 0, gen_random_uuid(), '{}')`, 'correct results'],
    ['worker', 'UPDATE contest_option SET name = id', 'rename a candidate'],
    ['worker', 'UPDATE result_revision SET status = status', 'change published results'],
    ['ingest', 'SELECT * FROM participation', 'read who has voted'],
    ['ingest', 'SELECT selections FROM box_entry', 'read what a ballot says'],
    ['ingest', 'SELECT tracker FROM box_entry', 'list the ballots'],
    ['ingest', `SELECT has_voted(1, '')`, 'ask who has voted'],
    ['worker', `SELECT has_voted(1, '')`, 'ask who has voted'],
    ['worker', `SELECT claim_installation('')`, 'claim the database'],
    ['worker', 'SELECT follow_schedule(1)', 'close an election'],
    ['ingest', 'SELECT * FROM voter', 'read the roll'],
    ['ingest', 'INSERT INTO box_entry SELECT * FROM box_entry', 'put a ballot into a box past cast_batch'],
    ['ingest', `SELECT change_phase(1, '{OPEN}', 'CLOSED')`, 'change a phase'],
    ['ingest', 'SELECT * FROM tally', 'read what is counted'],
    ['auditor', 'DELETE FROM tally', 'delete what it audits'],
    ['auditor', 'UPDATE box_position SET next_seq = 0', 'move what it audits'],
    ['auditor', 'SELECT * FROM voter', 'read the roll'],
    ['auditor', 'SELECT voter_ref FROM voter', 'see whose participation belongs to whom'],
    ['auditor', 'SELECT box_floors(1)', 'write into the boxes'],
  ])('the %s cannot run %s (to %s)', async (role, statement) => {
    expect(await attempt(role, statement)).toBe(REFUSED)
  })

  test.each<[DatabaseRole, string]>([
    ['api', `SELECT has_voted(1, '')`],
    ['api', 'SELECT count(*) FROM result_revision'],
    ['api', 'SELECT count(correction) FROM newest_corrections(1, 2::smallint, 9, 9)'],
    ['api', `UPDATE contest_option SET biography = 'Bakes.'`],
    ['ingest', 'SELECT count(tracker) FROM find_ballots(ARRAY[gen_random_uuid()])'],
    ['ingest', 'SELECT count(*) FROM contest_option'],
    ['worker', 'SELECT count(*) FROM box_entry'],
    ['worker', 'SELECT count(*) FROM election'],
    ['worker', 'SELECT unit, attributes, count(*) FROM voter GROUP BY unit, attributes'],
    ['auditor', 'SELECT count(*) FROM participation'],
    ['auditor', 'SELECT count(*) FROM tally'],
  ])('the %s can run %s', async (role, statement) => {
    expect(await attempt(role, statement)).toBe('allowed')
  })

  test('a frozen API or worker loses its locks after five seconds; an auditor may read as long as it takes', async () => {
    const timeouts = async (role: DatabaseRole) => {
      await using database = await store.as(role)
      const { rows } = await database.pool.query<{ name: string, setting: string }>(
        `SELECT name, setting FROM pg_settings WHERE name IN ('transaction_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') ORDER BY name`)
      return rows.map(({ setting }) => setting)
    }
    expect(await timeouts('api')).toEqual(['5000', '4000', '5000'])
    expect(await timeouts('worker')).toEqual(['5000', '4000', '5000'])
    expect(await timeouts('auditor')).toEqual(['0', '0', '0'])
  })
})
