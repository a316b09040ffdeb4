import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ElectionDefinition, ElectionPhase } from '../../election/index.js'
import type { ElectionOrder } from './election-list.js'
import type { PhaseChange } from './election-store.js'
import { castRow, createStoreUnderTest, definitionNow, type StoreUnderTest } from '../store-under-test.js'

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

const CHANGES: PhaseChange[] = ['publish', 'open', 'pause', 'resume', 'close', 'certify']
/** How to get there from a fresh election. */
const WAYS: Record<ElectionPhase, PhaseChange[]> = {
  DRAFT: [], SCHEDULED: ['publish'], OPEN: ['publish', 'open'], PAUSED: ['publish', 'open', 'pause'],
  CLOSED: ['publish', 'open', 'close'], CERTIFIED: ['publish', 'open', 'close', 'certify'],
}

const inPhase = async (phase: ElectionPhase, changes?: Partial<ElectionDefinition>): Promise<number> => {
  const key = await store.createElection(changes)
  for (const change of WAYS[phase]) expect(await store.elections.changePhase(key, change)).toMatchObject({ ok: true })
  return key
}

describe('a definition', () => {
  test('is read back exactly as it was written, and so are its boxes and ballot styles after publication', async () => {
    const definition = definitionNow({
      slug: 'written', description: 'A bake-off.\nWith two lines.', timeZone: 'Europe/London', resultsVisibility: 'AFTER_CLOSE',
      time: { source: 'IMPORTED', granularityMs: 100, disorderMs: 7, graceMs: 9 }, castFrom: '2026-01-02T03:04:05.678Z',
    })
    const created = await store.elections.create(definition, Buffer.from('fingerprint'))
    const key = created.ok ? created.key : 0
    const draft = await store.reload(key)
    expect(draft.structure.definition).toEqual(definition)
    expect(draft).toMatchObject({ key, slug: 'written', phase: 'DRAFT', phaseVersion: 1, definitionVersion: 1 })
    expect(await store.elections.keyFingerprint(key)).toEqual(Buffer.from('fingerprint'))
    await store.elections.changePhase(key, 'publish')
    const published = await store.elections.loadBySlug('written')
    expect(published?.structure.leaves.map(({ id, box }) => [id, box])).toEqual([['mill', 0], ['market', 1], ['harbour', 0], ['lighthouse', 1], ['cellar', 0]])
    expect(published?.structure.ballotStyle('market').map(({ id }) => id)).toEqual(['baker', 'council'])
    expect((await store.ledger.heads(key)).map(({ box }) => box)).toEqual([0, 1, 2])
    const { rows } = await store.owner.query<{ leaf: string }>(`SELECT leaf FROM reporting_unit_member WHERE election = $1 AND unit = 'riverside' ORDER BY leaf`, [key])
    expect(rows.map(({ leaf }) => leaf)).toEqual(['harbour', 'market', 'mill'])
  })

  test('cannot take the slug of another; nothing of it is stored', async () => {
    const definition = definitionNow({ slug: 'taken' })
    expect(await store.elections.create(definition, Buffer.alloc(8))).toMatchObject({ ok: true })
    expect(await store.elections.create(definition, Buffer.alloc(8))).toEqual({ ok: false, reason: 'SLUG_TAKEN' })
    const { rows } = await store.owner.query<{ count: string }>(`SELECT count(*) FROM election WHERE slug = 'taken'`)
    expect(rows).toEqual([{ count: '1' }])
  })

  test('of an election that does not exist is not there', async () => {
    expect(await store.elections.load(2_000_000)).toBeUndefined()
    expect(await store.elections.loadBySlug('nowhere')).toBeUndefined()
    expect(await store.elections.keyFingerprint(2_000_000)).toBeUndefined()
    await expect(store.elections.changePhase(2_000_000, 'open')).rejects.toThrow('There is no election 2000000.')
  })

  test('keeps the boxes of its publication: to publish again deals nothing anew', async () => {
    const key = await inPhase('SCHEDULED')
    await store.owner.query('ALTER TABLE reporting_unit DISABLE TRIGGER keep_structure')
    await store.owner.query(`UPDATE reporting_unit SET box = 1 WHERE election = $1 AND id = 'mill'`, [key])
    await store.owner.query('ALTER TABLE reporting_unit ENABLE TRIGGER keep_structure')
    expect(await store.elections.changePhase(key, 'publish')).toMatchObject({ ok: true, phase: 'SCHEDULED' })
    expect((await store.reload(key)).structure.units.get('mill')?.box).toBe(1)
  })

  test('that could not be published is a draft like others: a polling place that is added then gets a box, too', async () => {
    const draft = await store.reload(await store.createElection())
    await store.owner.query(`
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'The lights went out.'; END $$;
      CREATE TRIGGER dies BEFORE UPDATE OF phase ON election FOR EACH ROW EXECUTE FUNCTION die()`)
    await expect(store.elections.changePhase(draft.key, 'publish')).rejects.toThrow('The lights went out.')
    await store.owner.query('DROP TRIGGER dies ON election')
    const { definition } = draft.structure
    const pier = { id: 'pier', name: 'Pier', kind: 'PRECINCT', parent: 'north', isPlace: true } as const
    expect(await store.elections.edit(draft.key, 1, { ...definition, reportingUnits: [...definition.reportingUnits, pier] })).toMatchObject({ ok: true })
    expect(await store.elections.changePhase(draft.key, 'publish')).toMatchObject({ ok: true, phase: 'SCHEDULED' })
    const { rows } = await store.owner.query<{ box: number | null, units: string[] }>(`
      SELECT u.box, array_agg(m.unit ORDER BY m.unit) AS units FROM reporting_unit u JOIN reporting_unit_member m ON m.election = u.election AND m.leaf = u.id
      WHERE u.election = $1 AND u.id = 'pier' GROUP BY u.box`, [draft.key])
    expect(rows).toEqual([{ box: expect.any(Number) as number, units: ['crumbleton', 'north', 'pier', 'riverside'] }])
  })

  test('is published once although several people press the button at once', async () => {
    const key = await store.createElection()
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => store.elections.changePhase(key, 'publish')))
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, true, true, true])
    expect((await store.reload(key)).phaseVersion).toBe(2)
    expect(await store.ledger.heads(key)).toHaveLength(3)
  })
})

describe('the phases of an election', () => {
  const leads: Record<PhaseChange, { from: ElectionPhase[], to: ElectionPhase }> = {
    publish: { from: ['DRAFT'], to: 'SCHEDULED' }, open: { from: ['SCHEDULED'], to: 'OPEN' }, pause: { from: ['OPEN'], to: 'PAUSED' },
    resume: { from: ['PAUSED'], to: 'OPEN' }, close: { from: ['OPEN', 'PAUSED'], to: 'CLOSED' }, certify: { from: ['CLOSED'], to: 'CERTIFIED' },
  }

  test.each(Object.keys(WAYS) as ElectionPhase[])('%s: what may follow follows, what is already so stays so, and the rest is refused with a sentence', async (phase) => {
    for (const change of CHANGES) {
      const key = await inPhase(phase)
      const before = await store.reload(key)
      const outcome = await store.elections.changePhase(key, change)
      const { from, to } = leads[change]
      const refusal = { ok: false, phase, message: expect.stringContaining(`only while it is ${from.join(' or ')}; this one is ${phase}`) as string }
      const repeated = phase === to ? { ok: true, phase, phaseVersion: before.phaseVersion } : refusal
      expect(outcome, change).toEqual(from.includes(phase) ? { ok: true, phase: to, phaseVersion: before.phaseVersion + 1 } : repeated)
    }
  })

  test('an election that is closed early says when it was closed, and one that ran its time when it was to close', async () => {
    const early = await store.openElection()
    await store.elections.changePhase(early.key, 'close')
    const closed = await store.reload(early.key)
    expect(closed.closesAt.getTime()).toBeLessThan(early.closesAt.getTime())
    expect(closed.closesAt.getTime()).toBeGreaterThan(early.opensAt.getTime())
    const overdue = await inPhase('OPEN', { opensAt: '2020-01-01T00:00:00Z', closesAt: '2020-01-02T00:00:00Z' })
    await store.elections.changePhase(overdue, 'close')
    expect((await store.reload(overdue)).closesAt).toEqual(new Date('2020-01-02T00:00:00Z'))
  })

  test('an election that is opened early says when it was opened, one that is opened late when it was to open, and both open before they close', async () => {
    const hour = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString()
    const early = await inPhase('OPEN', { opensAt: hour(1), closesAt: hour(2) })
    const opened = await store.reload(early)
    expect(Math.abs(opened.opensAt.getTime() - Date.now())).toBeLessThan(10_000)
    const [answer] = await store.ledger.castBatch(early, 0, [castRow(opened, 'Anna')])
    await store.elections.changePhase(early, 'close')
    const closed = await store.reload(early)
    expect(closed.opensAt).toEqual(opened.opensAt)
    expect(Math.abs(closed.closesAt.getTime() - Date.now())).toBeLessThan(10_000)
    expect(closed.closesAt.getTime()).toBeGreaterThan(closed.opensAt.getTime())
    expect(answer?.verdict === 'ACCEPTED' && answer.castAt >= closed.opensAt.getTime() && answer.castAt < closed.closesAt.getTime(), 'every ballot lies between the two').toBe(true)
    const late = hour(-1)
    expect((await store.reload(await inPhase('OPEN', { opensAt: late, closesAt: hour(1) }))).opensAt).toEqual(new Date(late))
  })

  test('closing ends every box with a seal but that of the corrections, which certification seals', async () => {
    const election = await store.openElection()
    await store.ledger.castBatch(election.key, 1, [castRow(election, 'Anna'), castRow(election, 'Bert')])
    const seals = async () => (await store.ledger.heads(election.key)).map(({ sealedSeq }) => sealedSeq)
    expect(await seals()).toEqual([null, null, null])
    await store.elections.changePhase(election.key, 'close')
    expect(await seals()).toEqual([1, 3, null])
    await store.elections.changePhase(election.key, 'certify')
    expect(await seals()).toEqual([1, 3, 0])
  })

  test('follow the schedule by the clock of the database: what is due opens, what is over closes, each once', async () => {
    const at = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString()
    const due = await inPhase('SCHEDULED', { opensAt: at(-1), closesAt: at(1) })
    const early = await inPhase('SCHEDULED', { opensAt: at(1), closesAt: at(2) })
    const draft = await inPhase('DRAFT', { opensAt: at(-1), closesAt: at(1) })
    const over = await inPhase('OPEN', { opensAt: at(-2), closesAt: at(-1) })
    const pausedAndOver = await inPhase('PAUSED', { opensAt: at(-2), closesAt: at(-1) })
    const running = await inPhase('OPEN', { opensAt: at(-1), closesAt: at(1) })
    const mine = [due, early, draft, over, pausedAndOver, running]
    const changed = (await store.elections.runSchedule()).filter((key) => mine.includes(key))
    expect(changed).toEqual([due, over, pausedAndOver])
    const phases = new Map((await store.elections.versions()).map(({ key, phase }) => [key, phase]))
    expect(mine.map((key) => phases.get(key))).toEqual(['OPEN', 'SCHEDULED', 'DRAFT', 'CLOSED', 'CLOSED', 'OPEN'])
    expect((await store.elections.runSchedule()).filter((key) => mine.includes(key))).toEqual([])
  })
})

describe('the list of elections', () => {
  const prefix = 'zz list'
  const names = ['Apple', 'apple', 'Banana', 'cherry', 'Date 50%', 'Elder_berry', 'Fig']

  beforeAll(async () => {
    for (const [at, name] of names.entries()) {
      const opensAt = new Date(Date.UTC(2040, 0, 1 + Math.floor(at / 2))).toISOString()
      await store.createElection({ slug: `list-${at}`, name: `${prefix} ${name}`, opensAt, closesAt: new Date(Date.UTC(2041, 0, 1)).toISOString() })
    }
    const { key } = (await store.elections.list({ search: 'list-6', orderBy: 'NAME_ASC', limit: 1 })).rows[0] ?? { key: 0 }
    await store.elections.changePhase(key, 'publish')
  })

  test('finds an election whatever the accents, case and apostrophes of name and search', async () => {
    const dates = { opensAt: '2040-01-01T00:00:00Z', closesAt: '2041-01-01T00:00:00Z' }
    await store.createElection({ slug: 'folded', name: 'St. John\u2019s Stra\u00DFe, Caf\u00E9 100%', ...dates })
    for (const search of ["st. john's", 'STRASSE cafe', 'Cafe\u0301 johns', 'stra\u1E9Ee', '100%', 'FOLDED']) expect((await store.elections.list({ search, orderBy: 'NAME_ASC', limit: 5 })).rows.map(({ slug }) => slug), search).toEqual(['folded'])
    expect((await store.elections.list({ search: 'cafe_100', orderBy: 'NAME_ASC', limit: 5 })).rows).toEqual([])
  })

  const slugsOf = (rows: readonly { slug: string }[]): string[] => rows.map(({ slug }) => slug.replace('list-', ''))

  test.each<[ElectionOrder, string[]]>([
    ['OPENS_AT_ASC', ['0', '1', '2', '3', '4', '5', '6']],
    ['OPENS_AT_DESC', ['6', '5', '4', '3', '2', '1', '0']],
    ['NAME_ASC', ['0', '1', '2', '3', '4', '5', '6']],
    ['NAME_DESC', ['6', '5', '4', '3', '2', '1', '0']],
  ])('by %s: every page of every size, forwards and backwards, shows each election once', async (orderBy, expected) => {
    for (const limit of [1, 2, 3, 10]) {
      for (const backwards of [false, true]) {
        const seen: string[] = []
        let after: { value: string, key: number } | undefined
        for (;;) {
          const page = await store.elections.list({ search: prefix, orderBy, limit, backwards, ...after === undefined ? {} : { after } })
          expect(page.totalCount).toBe(7)
          if (page.rows.length === 0) break
          if (backwards) seen.unshift(...slugsOf(page.rows))
          else seen.push(...slugsOf(page.rows))
          const last = backwards ? page.rows[0] : page.rows.at(-1)
          if (last !== undefined) after = { value: orderBy.startsWith('NAME') ? last.name : last.opensAt, key: last.key }
        }
        expect(seen, `${limit} a page, ${backwards ? 'backwards' : 'forwards'}`).toEqual(expected)
      }
    }
  })

  test.each([
    ['50%', ['4']],
    ['r_b', ['5']],
    ['%', ['4']],
    ['BANANA', ['2']],
    ['list-3', ['3']],
    ['\\', []],
  ])('a search for "%s" takes every character as it is', async (search, expected) => {
    const { rows } = await store.elections.list({ search, orderBy: 'NAME_ASC', limit: 50 })
    expect(slugsOf(rows.filter(({ slug }) => slug.startsWith('list-')))).toEqual(expected)
  })

  test('can be narrowed to phases', async () => {
    const { rows, totalCount } = await store.elections.list({ search: prefix, phases: ['SCHEDULED', 'OPEN'], orderBy: 'NAME_ASC', limit: 50 })
    expect([slugsOf(rows), totalCount]).toEqual([['6'], 1])
    expect((await store.elections.list({ search: prefix, phases: [], orderBy: 'NAME_ASC', limit: 50 })).totalCount).toBe(7)
  })
})
