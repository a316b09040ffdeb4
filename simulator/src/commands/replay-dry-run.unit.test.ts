import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const COMMAND = fileURLToPath(new URL('../../dist/commands/replay.js', import.meta.url))
let folder = ''
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'replay-')) })
afterAll(async () => { await rm(folder, { recursive: true }) })

interface Ran { code: number, stdout: string, stderr: string }

/** Runs the built command on a file of these lines; nothing else is running. */
async function dryRun(text: string | Buffer, ...switches: string[]): Promise<Ran> {
  const path = join(folder, 'pond.csv')
  await writeFile(path, text)
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, '--file', path, '--dry-run', ...switches], { env: { ...process.env, LIVETALLY_HOME: folder } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

const LINES = ['county,precinct,office,party,candidate,votes,mail,winner', 'Otter,Pond,Registered Voters,,,40,,', 'Otter,Pond,Ballots Cast,,,12,,', 'Otter,Pond,Mayor,Dem,Ada,7,2,x', 'Otter,Pond,Mayor,,Ben,3,1,', 'Otter,Pond,Mayor,,Over Votes,1,0,']

describe('npm run replay -- --dry-run', () => {
  it('prints contests, options, precincts, sums, rows set aside and why, warnings, and nothing else on stdout', async () => {
    const { code, stdout } = await dryRun(LINES.join('\n'))
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      contests: [{ title: 'Mayor', votesAllowed: 1, options: [{ name: 'Ada', party: 'DEM', votes: 7 }, { name: 'Ben', votes: 3 }] }],
      precincts: [{ id: 'pond', registeredVoters: 40, ballotsCast: 12 }],
      sums: { rows: 2, votes: 10, overVotes: 1, registeredVoters: 40, ballotsCast: 12 },
      setAside: [{ why: 'registered voters: eligible voters of a precinct', rows: 1 }, { why: 'ballots cast: turnout of a precinct', rows: 1 }, { why: 'over votes: cast as such, not as votes', rows: 1 }],
      ignoredColumns: ['winner'],
      warnings: [expect.stringContaining('no channel')],
      summedApart: { compared: 6, differences: [] },
    })
  }, 60_000)

  const header = 'precinct,office,candidate,votes,mail'
  it.each<[string, string | Buffer, RegExp, string[]]>([
    ['bytes of another encoding', Buffer.from(`${header}\nPond,Mayor,Jos\u00e9,3,1`, 'latin1'), /Line 2: these bytes are not UTF-8.*--encoding windows-1252/, ['--encoding', 'windows-1252']],
    ['a row that may be votes or not', `${header}\nPond,Mayor,Ada,3,1\nPond,Mayor,No Vote,2,0`, /--treat "No Vote=VOTES"/, ['--treat', 'No Vote=UNDER_VOTES']],
    ['votes without a candidate', `${header}\nPond,Mayor,Ada,3,1\nPond,Mayor,,1,0`, /--treat "=IGNORE"/, ['--treat', '=IGNORE']],
    ['a candidate who stands twice', `${header}\nPond,Mayor,Ada,3,1\nPond,Mayor,Ada,3,1`, /--duplicates add/, ['--duplicates', 'once']],
    ['channels that add up to more than the votes', `${header}\nPond,Mayor,Ada,3,4`, /--trust votes or --trust channels/, ['--trust', 'channels']],
    ['no votes but a column of unknown name', 'precinct,office,candidate,ivo\nPond,Mayor,Ada,3', /neither "votes" nor a column of a channel/, ['--column', 'ivo=EARLY']],
    ['votes without a party in what looks like a primary', 'precinct,office,party,candidate,votes\nPond,Mayor,DEM,Write-in,3\nPond,Mayor,REP,Write-in,2\nPond,Mayor,,Ada,1', /Say --no-primary/, ['--no-primary']],
  ])('says which switch answers %s, and takes the answer', async (_, text, sentence, switches) => {
    const refused = await dryRun(text)
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) })
    const taken = await dryRun(text, ...switches)
    expect([taken.code, taken.code === 0 ? '' : taken.stderr]).toEqual([0, ''])
    expect(JSON.parse(taken.stdout)).toMatchObject({ summedApart: { differences: [] } })
  }, 60_000)

  it.each([
    [['--treat', 'Ada'], /--treat must be a name, "=", and one of VOTES/],
    [['--column', 'mail=FAX'], /--column must be a name, "=", and one of ONLINE/],
    [['--duplicates', 'twice'], /--duplicates must be one of add, once/],
    [['--trust', 'nobody'], /--trust must be one of votes, channels/],
    [['--unknown-channel', 'fax'], /--unknown-channel must be one of ONLINE/],
    [['--encoding', 'martian'], /--encoding "martian" is not known/],
    [['--format', 'xml'], /--format must be openelections/],
  ])('says what may stand after %s', async (switches, sentence) => {
    expect(await dryRun(LINES.join('\n'), ...switches)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) })
  }, 60_000)
})
