import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ElectionDefinition } from '../../election/index.js'
import { castRow, createStoreUnderTest, digest, somebodyWaitsForALock, type StoreUnderTest } from '../store-under-test.js'
import { createVoterStore } from '../voters/voter-store.js'

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

/** The definition as it stands, with other texts for the town's baker. */
const retold = ({ structure: { definition } }: { structure: { definition: ElectionDefinition } }, biography: string): ElectionDefinition => ({
  ...definition,
  name: 'Crumbleton, second batch',
  description: 'Now with jam',
  breakdowns: [],
  parties: definition.parties.map((party) => ({ ...party, color: '#123456' })),
  reportingUnits: definition.reportingUnits.map((unit) => unit.id === 'mill' ? { ...unit, name: 'New Mill', eligibleVoters: 77 } : unit),
  contests: definition.contests.map((contest) => ({ ...contest, options: contest.options.map((option) => option.id === 'rye' ? { ...option, biography, photoUrl: '/ada.png' } : option) })),
})

describe('an edit while people vote', () => {
  test('changes the texts, raises the version, and leaves phase, boxes, ballots and the roll as they are', async () => {
    const election = await store.openElection()
    await store.ledger.castBatch(election.key, 0, [castRow(election, 'Anna')])
    const edited = retold(election, 'Bakes at four in the morning.')
    expect(await store.elections.edit(election.key, 1, edited)).toEqual({ ok: true, definitionVersion: 2 })
    const after = await store.reload(election.key)
    expect(after.structure.definition).toEqual(edited)
    expect(after).toMatchObject({ definitionVersion: 2, phase: 'OPEN', phaseVersion: election.phaseVersion })
    expect(after.structure.leaves.map(({ id, box }) => [id, box])).toEqual(election.structure.leaves.map(({ id, box }) => [id, box]))
    const [answer] = await store.ledger.castBatch(election.key, 0, [castRow(election, 'Bert')])
    expect(answer?.verdict).toBe('ACCEPTED')
  })

  test('is told from another one of the same version, which a database restored from a backup has forgotten', async () => {
    const election = await store.openElection()
    const idNow = async () => (await store.elections.versions()).find(({ key }) => key === election.key)?.definitionId
    const edit = async (text: string) => {
      expect(await store.elections.edit(election.key, 1, retold(election, text))).toEqual({ ok: true, definitionVersion: 2 })
      return idNow()
    }
    const lost = await edit('Burnt the rolls.')
    expect(await idNow()).toBe(lost)
    expect(lost).not.toBe(election.definitionId)
    await store.owner.query('UPDATE election SET definition_version = 1 WHERE key = $1', [election.key])
    expect(await edit('Has never burnt a roll.')).not.toBe(lost)
  })

  test('that says what is already so changes nothing, the version included', async () => {
    const election = await store.openElection()
    expect(await store.elections.edit(election.key, 1, election.structure.definition)).toEqual({ ok: true, definitionVersion: 1 })
  })

  test('is refused where somebody else was faster; of two at once one is told so', async () => {
    const election = await store.openElection()
    const outcomes = await Promise.all(['one', 'other'].map((text) => store.elections.edit(election.key, 1, retold(election, text))))
    expect(outcomes.toSorted((one, other) => Number(other.ok) - Number(one.ok))).toEqual([
      { ok: true, definitionVersion: 2 }, { ok: false, reason: 'CHANGED_MEANWHILE', definitionVersion: 2 },
    ])
  })

  test('does not reach the structure, neither by its own way nor by SQL', async () => {
    const election = await store.openElection()
    const { definition } = election.structure
    const contests = definition.contests.map((contest) => ({ ...contest, options: contest.options.toReversed() }))
    expect(await store.elections.edit(election.key, 1, { ...definition, contests })).toMatchObject({ ok: false, reason: 'FIXED', problems: [{ path: 'contests[0].options' }, { path: 'contests[1].options' }, { path: 'contests[2].options' }] })
    for (const attack of [
      'UPDATE contest_option SET position = 9 - position WHERE election = $1', 'DELETE FROM contest_option WHERE election = $1', 'UPDATE contest SET votes_allowed = 1 WHERE election = $1',
      `UPDATE reporting_unit SET box = 0 WHERE election = $1 AND id = 'market'`, `DELETE FROM reporting_unit_member WHERE election = $1`,
      `INSERT INTO contest_option (election, contest, id, position, name, is_write_in) VALUES ($1, 'baker', 'ghost', 9, 'Ghost', false)`,
      `UPDATE party SET position = 9 WHERE election = $1`, 'UPDATE election SET grace_ms = 1 WHERE key = $1', `UPDATE election SET slug = slug || 'x' WHERE key = $1`,
    ]) await expect(store.owner.query(attack, [election.key]), attack).rejects.toThrow('fixed')
    expect((await store.reload(election.key)).structure.definition).toEqual(definition)
  })

  test('lets ballots in that come while it is being written', async () => {
    const election = await store.openElection()
    const editor = await store.owner.connect()
    try {
      await editor.query('BEGIN')
      await editor.query('SELECT 1 FROM election WHERE key = $1 FOR NO KEY UPDATE', [election.key])
      const editing = store.elections.edit(election.key, 1, retold(election, 'patient'))
      await somebodyWaitsForALock(store.owner, 'SELECT "ElectionEntity"."key"')
      const [answer] = await store.ledger.castBatch(election.key, 0, [castRow(election, 'Cleo')])
      expect(answer?.verdict).toBe('ACCEPTED')
      await editor.query('COMMIT')
      expect(await editing).toMatchObject({ ok: true })
    } finally {
      editor.release()
    }
  })
})

describe('a draft', () => {
  test('may be rewritten: contests, units, boxes and times', async () => {
    const draft = await store.reload(await store.createElection())
    const { definition } = draft.structure
    const [baker] = definition.contests
    const rewritten: ElectionDefinition = {
      ...definition, boxes: 1, closesAt: new Date(Date.parse(definition.closesAt) + 3_600_000).toISOString(), attributes: [], breakdowns: [],
      parties: [...definition.parties.slice(1), { id: 'flan', name: 'Flan', abbreviation: 'FLN', color: '#ffffff' }],
      reportingUnits: [{ id: 'town', name: 'Town', kind: 'CITY', isPlace: true }, { id: 'mill', name: 'Mill', kind: 'PRECINCT', parent: 'town', isPlace: true }],
      contests: baker === undefined ? [] : [{ ...baker, reportingUnit: 'town', options: [{ id: 'flo', name: 'Flo Flan', party: 'flan', isWriteIn: false }, ...baker.options.filter(({ party }) => party !== 'crust')] }],
    }
    expect(await store.elections.edit(draft.key, 1, rewritten)).toEqual({ ok: true, definitionVersion: 2 })
    expect((await store.reload(draft.key)).structure.definition).toEqual(rewritten)
    expect(await store.elections.changePhase(draft.key, 'publish')).toMatchObject({ ok: true })
  })

  test('keeps the units that its roll names', async () => {
    const draft = await store.reload(await store.createElection())
    await createVoterStore(store.api).register(draft.key, [{ voterId: 'v1', voterRef: digest('v1'), codeHash: digest('c1'), unit: 'mill', attributes: {} }])
    const { definition } = draft.structure
    expect(await store.elections.edit(draft.key, 1, { ...definition, attributes: [], breakdowns: [] })).toMatchObject({ ok: false, reason: 'FIXED', problems: [{ path: 'attributes' }] })
  })
})

test('certified results keep the texts they were certified with, and what is not there cannot be edited', async () => {
  const election = await store.openElection()
  for (const change of ['close', 'certify'] as const) await store.elections.changePhase(election.key, change)
  expect(await store.elections.edit(election.key, 1, retold(election, 'too late'))).toEqual({ ok: false, reason: 'CERTIFIED' })
  expect(await store.elections.edit(2_000_000, 1, election.structure.definition)).toEqual({ ok: false, reason: 'NO_SUCH_ELECTION' })
})

test('every change of phase or definition waits to be announced until it was', async () => {
  const isWaiting = async (key: number): Promise<boolean> => (await store.elections.notAnnounced(1_000)).includes(key)
  const election = await store.openElection()
  expect(await isWaiting(election.key)).toBe(true)
  await store.elections.noteAnnounced(election)
  expect(await isWaiting(election.key)).toBe(false)
  await store.elections.edit(election.key, 1, retold(election, 'news'))
  expect(await isWaiting(election.key)).toBe(true)
  await store.elections.noteAnnounced(election)
  expect(await isWaiting(election.key), 'an older state was announced').toBe(true)
  await store.elections.noteAnnounced(await store.reload(election.key))
  await store.elections.changePhase(election.key, 'close')
  expect(await isWaiting(election.key)).toBe(true)
})
