import type { Election } from '@livetally/core/election'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCountingUnderTest, eventually, type CountingUnderTest } from '../workers-under-test.js'
import { auditKeyOf, createForger, type Forger } from './forger-under-test.js'
import { recount, type RecountReport } from './recount.js'

/**
 * The ledger is tampered with, and everything that can be made again from it is: numbers, digests, heads; then the workers
 * count it as they find it, so that tallies and revisions agree. What finds it out is the one rule that is named.
 */
export interface Forgery {
  readonly what: string
  /** What happens before: ballots, and whatever the forger needs to be there. */
  readonly prepare: (forger: Forger, slug: string) => Promise<Election>
  readonly forge: (forger: Forger, election: Election) => Promise<void>
  readonly foundBy: readonly string[]
  /** A rule that finds it as well, or not, as the workers happen to publish. */
  readonly perhapsBy?: string
  readonly says: RegExp
}

export interface ForgedElections {
  readonly counting: () => CountingUnderTest
  readonly forged: (at: number) => Election
  readonly untouched: () => Election
}

/** Forges an election for each, has the workers count all of them, and a test each asks what a recount finds. */
export function testForgeries(forgeries: readonly Forgery[], prepareUntouched: Forgery['prepare']): ForgedElections {
  let counting: CountingUnderTest
  const elections: Election[] = []
  let untouched: Election

  beforeAll(async () => {
    counting = await createCountingUnderTest()
    const forger = createForger(counting.store)
    for (const [at, { prepare, forge }] of forgeries.entries()) {
      const election = await prepare(forger, `forged-${at}`)
      await forge(forger, election)
      elections.push(election)
    }
    untouched = await prepareUntouched(forger, 'untouched')
    await forger.rebuild(untouched)
    await using _workers = await counting.start()
    for (const election of [...elections, untouched]) {
      await eventually(async () => {
        const [heads, revision] = [await counting.store.ledger.heads(election.key), await counting.newest(election)]
        return JSON.stringify(revision?.vector.map(({ box, nextSeq }) => [box, nextSeq])) === JSON.stringify(heads.map(({ box, nextSeq }) => [box, nextSeq]))
          && ((await counting.store.reload(election.key)).phase !== 'CLOSED' || revision?.status !== 'UNOFFICIAL_PARTIAL')
      }, { what: `${election.slug} to be published`, limitMs: 60_000 })
    }
  }, 240_000)
  afterAll(() => counting[Symbol.asyncDispose]())

  describe('a ledger that was forged and made to agree with itself is found out', () => {
    test.each(forgeries.map((forgery, at) => [forgery.what, at, forgery] as const))('where %s', async (_what, at, { foundBy, perhapsBy, says }) => {
      const report = await recounted(counting, elections[at] ?? untouched)
      const problems = problemsOf(report)
      expect(Object.keys(problems).filter((rule) => rule !== perhapsBy), JSON.stringify(problems)).toEqual(foundBy)
      expect(Object.values(problems).flat().some((problem) => says.test(problem)), JSON.stringify(problems)).toBe(true)
      expect(report.agrees).toBe(false)
    })

    test('and one that was not agrees, all of it checked', async () => {
      const report = await recounted(counting, untouched)
      expect(problemsOf(report)).toEqual({})
      expect(report.checks.flatMap(({ leftOut = [] }) => leftOut)).toEqual([])
      expect(report.agrees).toBe(true)
    })
  })

  return { counting: () => counting, forged: (at) => elections[at] ?? untouched, untouched: () => untouched }
}

export async function recounted({ store }: CountingUnderTest, election: Election, auditKey = auditKeyOf(election)): Promise<RecountReport> {
  const report = await recount(store.urlOf('auditor'), election.slug, { key: { auditKey } })
  if (report === undefined) throw new Error('there is no such election')
  return report
}

/** What speaks against the election, by the rule that says so. */
export function problemsOf(report: RecountReport): Record<string, string[]> {
  return Object.fromEntries(report.checks.filter(({ problems }) => problems.length > 0).map(({ invariant, problems }) => [invariant, problems]))
}
