import type { Ballot, Election, ElectionDefinition } from '@livetally/core/election'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createCountingUnderTest, createDice, eventually, type CountingUnderTest } from '../workers-under-test.js'
import { problemsOf, recounted } from './forgeries-under-test.js'
import { createForger, type Forger } from './forger-under-test.js'

const SECRET = { ballotSecrecy: 'SECRET', releaseSize: 5 } as const

let counting: CountingUnderTest
let forger: Forger
const dice = createDice(5_052_031)
beforeAll(async () => {
  counting = await createCountingUnderTest()
  forger = createForger(counting.store)
})
afterAll(() => counting[Symbol.asyncDispose]())

/** So many ballots of places in turn, of both age groups and crusts, with any choice for baker. */
async function vote(election: Election, count: number, from = 0, places = election.structure.leaves.slice(0, 4).map(({ id }) => id)): Promise<void> {
  for (let at = from; at < from + count; at += 1) {
    const unit = places[at % places.length] ?? ''
    const ballot: Partial<Ballot> = {
      unit, channel: at % 3 === 0 ? 'EARLY' : 'ONLINE', attributes: { age: dice(4) === 0 ? 'old' : 'young', crust: dice(2) === 0 ? 'thin' : 'thick' },
      selections: { baker: [['rye', 'brioche', 'write-in'][dice(3)] ?? 'rye'] },
    }
    await forger.cast(election, [`voter ${at}`], ballot)
  }
}
const published = async (election: Election): Promise<void> => {
  await eventually(async () => {
    const [heads, revision] = [await counting.store.ledger.heads(election.key), await counting.newest(election)]
    return JSON.stringify(revision?.vector.map(({ nextSeq }) => nextSeq)) === JSON.stringify(heads.map(({ nextSeq }) => nextSeq))
  }, { what: `${election.slug} to be published`, limitMs: 30_000 })
}
const groupsPublished = async (election: Election): Promise<void> => {
  await eventually(async () => (await counting.store.owner.query(`SELECT FROM result_revision WHERE election = $1 AND changes::text LIKE '%["group"%'`, [election.key])).rowCount !== 0, { what: 'choices by groups', limitMs: 30_000 })
}

describe('an election with secret ballots', () => {
  test.each<[what: string, changes: Partial<ElectionDefinition>]>([
    ['by place', {}],
    ['by place and channel', { choicesByChannel: true }],
    ['by ward', { releaseUnits: 'WARD' }],
    ['by city and channel', { releaseUnits: 'CITY', choicesByChannel: true }],
  ])('that tells choices %s agrees while people vote, when it is closed, and when groups are told', async (what, changes) => {
    const workers = await counting.start()
    const election = await forger.election(`secret-${what.replaceAll(' ', '-')}`, { ...SECRET, ...changes })
    for (let at = 0; at < 3; at += 1) {
      await vote(election, 24, 24 * at)
      await published(election)
      expect(problemsOf(await recounted(counting, election))).toEqual({})
    }
    await forger.close(election)
    await published(election)
    expect(problemsOf(await recounted(counting, election))).toEqual({})
    await groupsPublished(election)
    await workers[Symbol.asyncDispose]()
    const report = await recounted(counting, election)
    expect(problemsOf(report)).toEqual({})
    expect(report.checks.flatMap(({ leftOut = [] }) => leftOut)).toEqual([])
    expect(report).toMatchObject({ agrees: true, ballots: 72, publishedBallots: 72, status: 'UNOFFICIAL_COMPLETE' })
    expect(report.options.filter(({ contest }) => contest === 'Town Baker').reduce((sum, { published: votes }) => sum + votes, 0)).toBe(72)
  }, 90_000)
})

describe('an election with secret ballots that was tampered with is found out', () => {
  let election: Election
  let tries = 0
  beforeEach(async () => {
    const workers = await counting.start()
    election = await forger.election(`told-${tries += 1}`, SECRET)
    await vote(election, 60)
    await published(election)
    await forger.close(election)
    await published(election)
    await groupsPublished(election)
    await workers[Symbol.asyncDispose]()
  }, 60_000)

  const NEWEST = 'revision = (SELECT max(revision) FROM result_revision WHERE election = $1)'
  test.each<[what: string, statement: string, foundBy: string[], says: RegExp]>([
    ['what is held back was told', `UPDATE result_revision SET changes = (left(changes::text, -1) || ',["held","mill/",[5,5,5]]]')::json WHERE election = $1 AND ${NEWEST}`, ['I6', 'I8'], /held\|mill\/\|0 is 0 by recount and 5 in revision/],
    ['choices of groups were told ballot by ballot', `UPDATE result_revision SET changes = (left(changes::text, -1) || ',["breakdown","age/old",[15,15]]]')::json WHERE election = $1 AND revision = 2`, ['I6'], /breakdown\|age\/old\|1 is 0 by recount and 15 in revision 2/],
    ['choices were told before their group of ballots was complete', `UPDATE result_revision SET changes = (left(changes::text, -1) || ',["place","mill/",[0,1,0,0,1]]]')::json WHERE election = $1 AND revision = 1`, ['I6'], /place\|mill\/\|1 is \d+ by recount and 1 in revision 1/],
    ['a frontier was moved', `UPDATE result_revision SET changes = (left(changes::text, -1) || ',["frontier","1/mill/",[3,1,0]]]')::json WHERE election = $1 AND ${NEWEST}`, ['I6', 'falls', 'I8'], /the frontier of 1\/mill\/ went back/],
    ['choices of a group were changed', `UPDATE result_revision SET changes = replace(changes::text, '["group","age/old",[', '["group","age/old",[1')::json WHERE election = $1 AND changes::text LIKE '%["group","age/old"%'`, ['groups'], /group\|age\/(old|_other)\|0 is \d+ by recount and \d+ as published/],
    ['groups were joined otherwise than it is stored', `UPDATE group_release SET joined = '["young"]' WHERE election = $1 AND names = 'age'`, ['groups'], /group\|age\//],
    ['it is not stored how groups were joined', `DELETE FROM group_release WHERE election = $1 AND names = 'crust'`, ['groups'], /choices by crust are published, and it is not stored which groups were joined/],
  ])('where %s', async (_what, statement, foundBy, says) => {
    await forger.tamper(election, statement)
    const problems = problemsOf(await recounted(counting, election))
    expect(Object.keys(problems), JSON.stringify(problems)).toEqual(foundBy)
    expect(Object.values(problems).flat().some((problem) => says.test(problem)), JSON.stringify(problems)).toBe(true)
  })

  test('where a place of few ballots is shown with another than it is stored, or than was told', async () => {
    const workers = await counting.start()
    const shown = await forger.election('shown-with', { ...SECRET, releaseUnits: 'WARD' })
    await vote(shown, 60, 0, ['mill', 'market', 'harbour', 'lighthouse'])
    await vote(shown, 2, 60, ['cellar'])
    await forger.close(shown)
    await groupsPublished(shown)
    await workers[Symbol.asyncDispose]()
    const joined = async () => (await counting.store.owner.query<{ joined: string[] }>(`SELECT joined FROM group_release WHERE election = $1 AND names = ''`, [shown.key])).rows[0]?.joined ?? []
    expect(await joined()).toContainEqual('cellar,lighthouse')
    const report = await recounted(counting, shown)
    expect([report.agrees, problemsOf(report)]).toEqual([true, {}])

    await forger.tamper(shown, `UPDATE result_revision SET changes = replace(changes::text, '["joined","cellar",[4]]', '["joined","cellar",[1]]')::json WHERE election = $1 AND changes::text LIKE '%"joined","cellar",[4]%'`)
    const told = problemsOf(await recounted(counting, shown))
    expect(Object.keys(told), JSON.stringify(told)).toEqual(['I6', 'I8'])
    expect(told['I8']).toEqual(['joined|cellar|0 is 4 by recount and 1 in the final results'])
    expect(told['I6']?.[0]).toMatch(/^joined\|cellar\|0 is 4 by recount and 1 in revision \d+$/)
    await forger.tamper(shown, `UPDATE result_revision SET changes = replace(changes::text, '["joined","cellar",[1]]', '["joined","cellar",[4]]')::json WHERE election = $1 AND changes::text LIKE '%"joined","cellar",[1]%'`)

    await forger.tamper(shown, `UPDATE group_release SET joined = '["cellar,mill"]' WHERE election = $1 AND names = ''`)
    const stored = problemsOf(await recounted(counting, shown))
    expect(Object.keys(stored)).toEqual(expect.arrayContaining(['I6', 'I8']))
    expect(stored['I8']).toContain('joined|cellar|0 is 1 by recount and 4 in the final results')
  }, 90_000)

  test('where a held chunk was changed in a tally while people vote', async () => {
    const workers = await counting.start()
    const open = await forger.election('held-back', SECRET)
    await vote(open, 30)
    await published(open)
    await workers[Symbol.asyncDispose]()
    await forger.tamper(open, `UPDATE tally SET counts[2] = counts[2] + 1 WHERE ctid = (SELECT ctid FROM tally WHERE election = $1 AND view = 'held' LIMIT 1)`)
    const problems = problemsOf(await recounted(counting, open))
    expect(Object.keys(problems)).toEqual(['I5'])
    expect(problems['I5']?.[0]).toMatch(/held\|\w+\/\|1 is \d+ by recount and \d+ in the tally/)
  })
})
