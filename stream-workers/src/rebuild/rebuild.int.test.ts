import type { Election } from '@livetally/core/election'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCountingUnderTest, eventually, type CountingUnderTest } from '../workers-under-test.js'
import { rebuild } from './rebuild.js'

let counting: CountingUnderTest
beforeAll(async () => {
  counting = await createCountingUnderTest()
})
afterAll(() => counting[Symbol.asyncDispose]())

/** All rows of the generations that count, as bytes. */
async function talliesOf({ key }: Election): Promise<string> {
  const { rows } = await counting.store.owner.query<{ rows: string }>(`
    SELECT string_agg(r::text, E'\\n' ORDER BY r::text) AS rows FROM (
      SELECT t.box, view, key, counts::text FROM tally t JOIN box_position p USING (election, box, generation) WHERE election = $1
      UNION ALL
      SELECT w.box, 'pane', concat(unit, '/', pane_start, '/', size_ms), counts::text FROM window_tally w JOIN box_position p USING (election, box, generation) WHERE election = $1
    ) r`, [key])
  return rows[0]?.rows ?? ''
}

async function generationsOf({ key }: Election): Promise<number[]> {
  const { rows } = await counting.store.owner.query<{ generation: number }>('SELECT generation FROM box_position WHERE election = $1 ORDER BY box', [key])
  return rows.map(({ generation }) => generation)
}

describe('counting an election anew from its ledger', () => {
  test('gives the same bytes, and counting goes on from there', async () => {
    await using _workers = await counting.start()
    const election = await counting.store.openElection()
    await counting.vote(election, 120)
    await counting.counted(election)
    const [before, generations] = [await talliesOf(election), await generationsOf(election)]
    expect(await rebuild(counting.store.urlOf('worker'), election.slug, { limitMs: 30_000 })).toMatchObject({ kind: 'DONE', boxes: generations.length })
    expect(await generationsOf(election)).toEqual(generations.map((generation) => generation + 1))
    expect(await talliesOf(election)).toBe(before)
    await counting.vote(election, 30)
    expect((await counting.counted(election)).ballots).toBe(150)
  })

  test('lets no vote fall out that is cast meanwhile, and no published total fall', async () => {
    await using _workers = await counting.start()
    const election = await counting.store.openElection()
    await counting.vote(election, 60)
    await counting.counted(election)
    const rebuilding = rebuild(counting.store.urlOf('worker'), election.slug, { limitMs: 30_000 })
    for (let round = 0; round < 10; round += 1) await counting.vote(election, 10)
    expect(await rebuilding).toMatchObject({ kind: 'DONE' })
    expect((await counting.counted(election)).ballots).toBe(160)
    const { rows } = await counting.store.owner.query<{ ballots: number[] }>(`
      SELECT array_agg((SELECT sum((v ->> 'nextSeq')::integer) FROM json_array_elements(vector) v) ORDER BY revision) AS ballots FROM result_revision WHERE election = $1`, [election.key])
    const seen = (rows[0]?.ballots ?? []).map(Number)
    expect(seen).toEqual(seen.toSorted((one, other) => one - other))
  })

  test('is still asked for when no worker is there, and says so', async () => {
    const election = await counting.store.openElection()
    {
      await using _workers = await counting.start()
      await counting.vote(election, 20)
      await counting.counted(election)
    }
    expect(await rebuild(counting.store.urlOf('worker'), election.slug, { limitMs: 1 })).toMatchObject({ kind: 'NOT_DONE', done: 0 })
    await using _workers = await counting.start()
    await eventually(async () => (await generationsOf(election)).every((generation) => generation === 2), { what: 'the boxes to be counted anew' })
    await counting.counted(election)
  })

  test('needs an election', async () => {
    expect(await rebuild(counting.store.urlOf('worker'), 'atlantis', { limitMs: 1 })).toEqual({ kind: 'NO_ELECTION' })
  })
})

test('a breakdown that is added while people vote appears as a whole, never in part', async () => {
  await using _workers = await counting.start()
  const election = await counting.store.openElection({ breakdowns: [] })
  await counting.vote(election, 80)
  await counting.counted(election)
  await counting.store.owner.query(`UPDATE election SET breakdowns = '[["unit:PRECINCT","age"]]', definition_version = definition_version + 1 WHERE key = $1`, [election.key])
  await counting.vote(election, 20)
  const shown = async (): Promise<number | undefined> => {
    const { rows } = await counting.store.owner.query<{ changes: [string, string, number[]][] }>('SELECT changes FROM result_revision WHERE election = $1 ORDER BY revision', [election.key])
    const cells = new Map(rows.flatMap(({ changes }) => changes).filter(([view, key]) => view === 'breakdown' && key.startsWith('unit:PRECINCT,age/')).map(([, key, counts]) => [key, counts[0] ?? 0]))
    return cells.size === 0 ? undefined : [...cells.values()].reduce((sum, ballots) => sum + ballots, 0)
  }
  const first = await eventually(async () => await shown() ?? false, { what: 'the new breakdown to appear', limitMs: 30_000 })
  expect(first).toBe(100)
  await counting.counted(election)
})
