import type pg from 'pg'
import { expect, test } from 'vitest'
import { thinRevisions } from './revision-thinning.js'

type Change = [view: string, key: string, counts: number[]]
interface Stored { revision: number, is_full?: boolean, replaces?: number, changes: Change[] }

const place = (key: string, ballots: number): Change => ['place', key, [ballots]]

/** A database that holds these revisions of one minute, and notes what is put in their place. */
function setUp(stored: readonly Stored[], { minute = stored.map(({ revision }) => revision), isMine = true } = {}) {
  const merged: { revisions: unknown, last: unknown, changes: Change[], isFull: unknown, replaces: unknown }[] = []
  const ended: string[] = []
  const client = {
    async query(text: string, values: readonly unknown[] = []) {
      if (text.includes('GROUP BY minute')) return { rows: [{ revisions: minute }] }
      if (text.includes('pg_try_advisory_xact_lock')) return { rows: [{ is_mine: isMine }] }
      if (text.includes('SELECT revision, is_full')) return { rows: stored.map((one) => ({ is_full: false, replaces: 1, ...one })) }
      if (text.includes('WITH gone')) merged.push({ revisions: values[1], last: values[2], changes: JSON.parse(String(values[3])) as Change[], isFull: values[4], replaces: values[5] })
      if (text === 'COMMIT' || text === 'ROLLBACK') ended.push(text)
      return { rows: [] }
    },
    release: () => undefined,
  }
  const pool = { connect: async () => client } as unknown as pg.Pool
  return { merged, ended, thin: () => thinRevisions(pool, { election: 1, epoch: 7 }, Date.parse('2031-05-04T12:00:00Z')) }
}

test('the last revision of a minute takes over what those before it changed, the newest of each count', async () => {
  const { thin, merged } = setUp([{ revision: 5, changes: [place('mill', 1), place('market', 4)] }, { revision: 6, changes: [place('mill', 2)] }, { revision: 7, changes: [place('harbour', 3)] }])
  expect(await thin()).toBe(2)
  expect(merged).toEqual([{ revisions: [5, 6, 7], last: 7, changes: [place('mill', 2), place('market', 4), place('harbour', 3)], isFull: false, replaces: 3 }])
})

test('nothing from before a full revision is taken over: it holds all that counts, and what it leaves out is zero', async () => {
  const { thin, merged } = setUp([{ revision: 5, changes: [place('mill', 1), place('cellar', 9)] }, { revision: 6, is_full: true, changes: [place('mill', 2)] }, { revision: 7, changes: [place('market', 3)] }])
  expect(await thin()).toBe(2)
  expect(merged).toMatchObject([{ last: 7, changes: [place('mill', 2), place('market', 3)], isFull: true, replaces: 3 }])
})

test('numbers that were thinned out before stay replaced', async () => {
  const { thin, merged } = setUp([{ revision: 5, replaces: 5, changes: [] }, { revision: 8, replaces: 3, changes: [] }])
  expect(await thin()).toBe(1)
  expect(merged).toMatchObject([{ last: 8, replaces: 8 }])
})

test.each([
  ['somebody else publishes the election now', { isMine: false }],
  ['one of them is gone', { minute: [4, 5, 6] }],
])('nothing is changed where %s', async (_what, world) => {
  const { thin, merged, ended } = setUp([{ revision: 5, changes: [] }, { revision: 6, changes: [] }], world)
  expect([await thin(), merged, ended]).toEqual([0, [], ['COMMIT', 'ROLLBACK']])
})
