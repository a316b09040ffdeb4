import type { Election } from '@livetally/core/election'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { crumbleton } from '../../../core/src/election/fixtures/index.js'
import { castRow } from '../../../core/src/store/store-under-test.js'
import { createCountingUnderTest, eventually, type CountingUnderTest } from '../workers-under-test.js'
import { auditKeyOf, createForger, MASTER_KEY } from './forger-under-test.js'
import { printReport } from './print-report.js'
import { recount, type RecountReport } from './recount.js'

let counting: CountingUnderTest
beforeAll(async () => { counting = await createCountingUnderTest() })
afterAll(() => counting[Symbol.asyncDispose]())

const recounted = async ({ slug }: Election): Promise<RecountReport> => {
  const report = await recount(counting.store.urlOf('auditor'), slug)
  if (report === undefined) throw new Error('there is no such election')
  return report
}
const problemsOf = (report: RecountReport): Record<string, string[]> =>
  Object.fromEntries(report.checks.filter(({ problems }) => problems.length > 0).map(({ invariant, problems }) => [invariant, problems]))

/** A home without a master key. */
const NOWHERE = join(tmpdir(), 'no-such-livetally')

/** Runs `npm run recount` as a person would. */
const command = (args: readonly string[], env: Record<string, string>): ReturnType<typeof run> => run('index.js', args, env)

function run(script: string, args: readonly string[], env: Record<string, string>): Promise<{ code: number, stdout: string, stderr: string }> {
  const entry = fileURLToPath(new URL(`../../dist/recount/${script}`, import.meta.url))
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], { env: { PATH: process.env['PATH'] ?? '', LIVETALLY_HOME: NOWHERE, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }))
  })
}

describe('a sound election', () => {
  test('is recounted to the numbers that were worked out by hand', async () => {
    await using _workers = await counting.start()
    const election = await counting.store.openElection({ slug: 'by-hand', name: 'Crumbleton chooses its baker' })
    for (const [at, { castAt: _castAt, ...ballot }] of crumbleton.ballots.entries()) {
      const box = election.structure.units.get(ballot.unit)?.box ?? 0
      await counting.store.ledger.castBatch(election.key, box, [castRow(election, `voter ${at} of Crumbleton`, { ballot })])
    }
    await counting.store.elections.changePhase(election.key, 'close')
    await eventually(async () => (await counting.newest(election))?.status === 'UNOFFICIAL_COMPLETE', { what: 'the complete results' })
    const report = await recounted(election)
    expect(problemsOf(report)).toEqual({})
    expect(report).toMatchObject({ agrees: true, ballots: 17, publishedBallots: 17, phase: 'CLOSED', status: 'UNOFFICIAL_COMPLETE' })
    expect(report.options.map(({ option, counted, published }) => [option, counted, published])).toEqual([
      ['Ada Rye', 5, 5], ['Bo Brioche', 6, 6], ['Somebody else', 2, 2], ['Plum', 6, 6], ['Fig', 5, 5], ['Nut', 5, 5], ['Lemon', 3, 3], ['Cherry', 3, 3], ['Apple', 3, 3],
    ])
    expect(printReport(report)).toContain('The recount agrees with the published results.')
    const ran = await command(['--election', 'by-hand'], { DATABASE_URL: counting.store.urlOf('auditor') })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toContain('Bo Brioche')
    expect(ran.stdout).toContain('The recount agrees with the published results.')
    const json = await command(['--election', 'by-hand', '--json'], { DATABASE_URL: counting.store.urlOf('auditor') })
    expect(JSON.parse(json.stdout)).toEqual(report)
  })

  test('that nobody has counted yet agrees too, and the recount says what is still to be published', async () => {
    const election = await counting.store.openElection()
    await counting.vote(election, 12)
    const report = await recounted(election)
    expect(report).toMatchObject({ agrees: true, ballots: 12, publishedBallots: 0, revision: 0 })
    expect(printReport(report)).toContain('12 accepted ballots are not published yet.')
    expect(printReport(report)).toContain('agrees with the published results as far as they go')
  })
})

describe('an election whose breakdowns are edited while people vote', () => {
  test('agrees before the workers have seen the edit, at every moment while box after box switches, and afterwards', async () => {
    const election = await counting.store.openElection({ boxes: 5, breakdowns: [['age', 'crust']] })
    const { definition } = election.structure
    const workers = await counting.start()
    await counting.vote(election, 100)
    await counting.counted(election)
    await workers[Symbol.asyncDispose]()
    await counting.store.elections.edit(election.key, 1, { ...definition, breakdowns: [['unit:WARD', 'age']] })
    await counting.vote(election, 10)
    const stopped = await recounted(election)
    expect(problemsOf(stopped)).toEqual({})
    expect(stopped.unpublishedBreakdowns).toEqual(['unit:WARD,age'])
    expect(printReport(stopped)).toContain('Breakdowns that are not published yet: unit:WARD,age.')

    await using _workers = await counting.start()
    await eventually(async () => {
      const report = await recounted(election)
      expect(problemsOf(report)).toEqual({})
      return report.unpublishedBreakdowns.length === 0
    }, { what: 'the new breakdown to be published', limitMs: 30_000 })
    expect((await counting.counted(election)).ballots).toBe(110)
  })
})

describe('a closed election', () => {
  test('does not agree while its sealed boxes are not published to their ends', async () => {
    const election = await counting.store.openElection()
    await counting.vote(election, 12)
    await counting.store.elections.changePhase(election.key, 'close')
    const report = await recounted(election)
    expect(report.agrees).toBe(false)
    expect(report.checks.find(({ invariant }) => invariant === 'I8')?.problems.join()).toMatch(/sealed at entry \d+, published to entry 0/)
  })
})

describe('an election that was tampered with', () => {
  let election: Election
  beforeEach(async () => {
    election = await counting.store.openElection()
    const workers = await counting.start()
    for (let round = 0; round < 3; round += 1) {
      await counting.vote(election, 20)
      await counting.counted(election)
    }
    await workers[Symbol.asyncDispose]()
  })

  const tampered = async (...statements: string[]): Promise<Record<string, string[]>> => {
    const { owner } = counting.store
    for (const table of ['box_entry', 'participation']) await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER append_only`)
    for (const statement of statements) expect((await owner.query(statement.replaceAll('$1', String(election.key)))).rowCount, statement).toBeGreaterThan(0)
    for (const table of ['box_entry', 'participation']) await owner.query(`ALTER TABLE ${table} ENABLE TRIGGER append_only`)
    const report = await recounted(election)
    const problems = problemsOf(report)
    expect(report.agrees).toBe(Object.keys(problems).length === 0)
    return problems
  }

  test.each<[what: string, statement: string, invariants: string[], says: RegExp]>([
    ['a vote was added to a tally', `UPDATE tally SET counts[5] = counts[5] + 1 WHERE ctid = (SELECT ctid FROM tally WHERE election = $1 AND view = 'place' LIMIT 1)`, ['I5'], /by recount and \d+ in the tally/],
    ['a row of a tally was removed', `DELETE FROM tally WHERE ctid = (SELECT ctid FROM tally WHERE election = $1 AND view = 'breakdown' LIMIT 1)`, ['I5'], /and 0 in the tally/],
    ['a row was added to a tally', `INSERT INTO tally VALUES ($1, 0, 1, 'place', 'cellar/ONLINE', '{3}')`, ['I5'], /place\|cellar\/ONLINE\|0 is 0 by recount and 3/],
    ['a window was changed', 'UPDATE window_tally SET counts[1] = counts[1] - 1 WHERE ctid = (SELECT ctid FROM window_tally WHERE election = $1 LIMIT 1)', ['I5'], /pane\|/],
    ['a box says that more was tallied than it holds', 'UPDATE box_position SET next_seq = next_seq + 100 WHERE election = $1 AND box = 0', ['I5'], /beyond the ledger/],
    ['a published number was changed', `UPDATE result_revision SET changes = replace(changes::text, '["place","', '["place","x-')::json WHERE election = $1 AND revision = (SELECT max(revision) FROM result_revision WHERE election = $1 AND changes::text LIKE '%["place"%')`, ['I6'], /in revision \d+/],
    ['the newest revision was removed', 'DELETE FROM result_revision WHERE election = $1 AND revision = (SELECT max(revision) FROM result_revision WHERE election = $1)', ['I6'], /revision \d+ is missing/],
    ['one group of a published breakdown was removed', `UPDATE result_revision SET changes = replace(changes::text, '["breakdown","age/old"', '["late","nowhere"')::json WHERE election = $1`, ['I6'], /breakdown\|age\/old\|\d+ is \d+ by recount and 0 in revision/],
    ['all revisions were removed', 'DELETE FROM result_revision WHERE election = $1', ['I6'], /revision 1 is missing/],
    ['a revision claims to hold more than it does', `UPDATE result_revision SET vector = '[{"box":0,"generation":1,"nextSeq":1,"sealedSeq":null}]' WHERE election = $1 AND revision = (SELECT max(revision) FROM result_revision WHERE election = $1)`, ['I6'], /by recount/],
    ['a revision in the middle claims more than those after it', `UPDATE result_revision SET vector = replace(vector::text, '"nextSeq":', '"nextSeq":9')::json WHERE election = $1 AND revision = 2`, ['I6'], /revision 3 takes box \d back from entry 9\d+ to entry \d+/],
    ['a ballot was torn out of its box', 'DELETE FROM box_entry WHERE election = $1 AND box = 0 AND seq = 5', ['I3', 'I5', 'I6', 'I9'], /entry 5 is missing/],
    ['the last ballot was torn out of its box', 'DELETE FROM box_entry WHERE election = $1 AND box = 0 AND seq = (SELECT max(seq) FROM box_entry WHERE election = $1 AND box = 0)', ['I3', 'I5', 'I6', 'I9'], /where its head says/],
    ['a ballot was exchanged', `UPDATE box_entry SET commitment = sha256('another') WHERE election = $1 AND box = 0 AND seq = 5`, ['I3'], /the digest at entry \d+ does not follow/],
    ['the votes of a ballot were changed', `UPDATE box_entry SET selections = '{"baker":["brioche"]}' WHERE tracker = (SELECT tracker FROM box_entry WHERE election = $1 AND selections ->> 'baker' = '["rye"]' LIMIT 1)`, ['I5', 'I6'], /by recount/],
    ['a ballot was made to name a stranger', `UPDATE box_entry SET selections = '{"baker":["nobody"]}' WHERE election = $1 AND box = 1 AND seq = 3`, ['I2', 'I5', 'I6'], /names what the election does not know/],
    ['the digest of a box was changed', `UPDATE ballot_box SET chain = sha256('x') WHERE election = $1 AND box = 1`, ['I3'], /its last digest is not the one its head names/],
    ['a participation was removed, so that somebody could vote again', 'DELETE FROM participation WHERE ctid = (SELECT ctid FROM participation WHERE election = $1 LIMIT 1)', ['I9'], /59 participations and 60 ballots/],
    ['a box says that it holds another number of ballots', 'UPDATE ballot_box SET ballots = ballots - 1 WHERE election = $1 AND box = 0', ['I9'], /box 0: holds \d+ ballots where its head says \d+/],
    ['a participation was added', `INSERT INTO participation VALUES ($1, substring(sha256('ghost') FOR 16), substring(sha256('key') FOR 16), '')`, ['I9'], /61 participations and 60 ballots/],
  ])('is found out: %s', async (_what, statement, invariants, says) => {
    const problems = await tampered(statement)
    expect(Object.keys(problems)).toEqual(invariants)
    expect(Object.values(problems).flat().some((problem) => says.test(problem)), JSON.stringify(problems)).toBe(true)
  })

  test('is found out where a revision in the middle was removed', async () => {
    const problems = await tampered('DELETE FROM result_revision WHERE election = $1 AND revision = 2')
    expect(problems['I6']).toContain('revision 2 is missing')
  })

  test('makes the command end with exit code 1 and say what is wrong', async () => {
    await tampered(`UPDATE tally SET counts[1] = counts[1] + 1 WHERE ctid = (SELECT ctid FROM tally WHERE election = $1 AND view = 'place' LIMIT 1)`)
    const ran = await command(['--election', election.slug], { DATABASE_URL: counting.store.urlOf('auditor') })
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('✗ I5')
    expect(ran.stdout).toContain('The recount does NOT agree.')
  })
})

describe('the command', () => {
  test.each([
    ['an election that does not exist', ['--election', 'atlantis'], 'There is no election "atlantis".'],
    ['no election', [], 'required option \'--election <slug>\' not specified'],
  ])('says what is wrong with %s', async (_what, args, says) => {
    const ran = await command(args, { DATABASE_URL: counting.store.urlOf('auditor') })
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain(says)
  })

  test('says so when the database cannot be reached, or when no system is running', async () => {
    const away = await command(['--election', 'x'], { DATABASE_URL: 'postgres://me@127.0.0.1:9/none' })
    expect(away.code).toBe(1)
    expect(away.stderr).toMatch(/ECONNREFUSED|cannot be reached/)
    const none = await command(['--election', 'x'], { LIVETALLY_HOME: NOWHERE })
    expect(none).toMatchObject({ code: 1 })
    expect(none.stderr).toContain('Start one with "npm start", or set DATABASE_URL.')
  })

  test('finds the running system by what it noted in its home', async () => {
    const home = await mkdtemp(join(tmpdir(), 'livetally-recount-'))
    await writeFile(join(home, 'running.json'), JSON.stringify({ databaseUrls: { worker: counting.store.urlOf('worker'), auditor: counting.store.urlOf('auditor') } }))
    const election = await counting.store.openElection()
    const ran = await command(['--election', election.slug], { LIVETALLY_HOME: home })
    await rm(home, { recursive: true })
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.stdout).toContain('0 ballots in the ledger')
  })
})

describe('the audit key of an election', () => {
  const SLUG = 'key-cutters'
  const home = async (key: Buffer): Promise<string> => {
    const made = await mkdtemp(join(tmpdir(), 'livetally-audit-'))
    await writeFile(join(made, 'master.key'), `${key.toString('base64')}\n`)
    return made
  }
  const printAuditKey = (env: Record<string, string>, slug = SLUG): Promise<{ code: number, stdout: string, stderr: string }> => run('audit-key-command.js', ['--election', slug], env)
  const DATABASE = (): Record<string, string> => ({ DATABASE_URL: counting.store.urlOf('auditor') })
  beforeAll(async () => {
    const forger = createForger(counting.store)
    const election = await forger.election(SLUG)
    await forger.cast(election, ['ada', 'bo'])
    await forger.tamper(election, `UPDATE box_entry SET selections = '{"baker":["brioche"]}' WHERE election = $1 AND box = 0 AND seq = 1`)
  })

  test('is printed where the master key is, and an auditor who has nothing else finds a changed ballot with it', async () => {
    const printed = await printAuditKey({ ...DATABASE(), LIVETALLY_HOME: await home(MASTER_KEY) })
    expect(printed).toEqual({ code: 0, stderr: '', stdout: `${auditKeyOf({ slug: SLUG }).toString('base64')}\n` })
    const ran = await command(['--election', SLUG, '--audit-key', printed.stdout.trim()], DATABASE())
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('✗ commitments')
    expect(ran.stdout).toContain('box 0: entry 1 is not the ballot that was committed to')
  })

  test('is found by the recount itself where the master key is', async () => {
    for (const env of [{ LIVETALLY_HOME: await home(MASTER_KEY) }, { LIVETALLY_MASTER_KEY: MASTER_KEY.toString('base64') }]) {
      const ran = await command(['--election', SLUG], { ...DATABASE(), ...env })
      expect(ran.code).toBe(1)
      expect(ran.stdout).toContain('box 0: entry 1 is not the ballot that was committed to')
    }
  })

  test('is missed in words where there is none, and nothing else is wrong then', async () => {
    const ran = await command(['--election', SLUG], DATABASE())
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('NOT CHECKED: ballots: there is neither the master key here nor an audit key')
    expect(ran.stdout).toContain('Not everything was checked: see commitments above.')
    expect(await printAuditKey({})).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('There is no master key in') })
  })

  test('is not taken from the master key of another installation', async () => {
    const ran = await command(['--election', SLUG], { ...DATABASE(), LIVETALLY_HOME: await home(Buffer.alloc(32, 'another')) })
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('the master key here is not the one that the election was made with')
  })

  test('is not printed from the master key of another installation, nor for an election that does not exist', async () => {
    const other = await printAuditKey({ ...DATABASE(), LIVETALLY_HOME: await home(Buffer.alloc(32, 'another')) })
    expect(other).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`The master key here is not the one that "${SLUG}" was made with`) })
    const none = await printAuditKey({ ...DATABASE(), LIVETALLY_HOME: await home(MASTER_KEY) }, 'atlantis')
    expect(none).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('There is no election "atlantis".') })
  })

  test('must have 32 bytes, and a number of ballots must be one', async () => {
    expect(await command(['--election', SLUG, '--audit-key', 'c2hvcnQ='], DATABASE())).toMatchObject({ code: 1, stderr: expect.stringContaining('It has 32 bytes in base64') })
    expect(await command(['--election', SLUG, '--source-ballots', 'many'], DATABASE())).toMatchObject({ code: 1, stderr: expect.stringContaining('Say a number of ballots.') })
  })
})
