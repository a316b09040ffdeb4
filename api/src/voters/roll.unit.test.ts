import type { VoterStore } from '@livetally/core/store'
import { electionKeys } from '@livetally/core/voting'
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { breakfastElection, knownBreakfast } from '../testing/breakfast-election.js'
import { createRoll } from './roll.js'

/** A roll as Postgres keeps it: one code for each voter. */
function townHall() {
  const codes = new Map<string, string>()
  const voters: VoterStore = {
    async register(_, asked) {
      const found = { registered: [] as string[], repeated: [] as string[], alreadyRegistered: [] as string[] }
      for (const { voterId, codeHash } of asked) {
        const known = codes.get(voterId)
        found[known === undefined ? 'registered' : known === codeHash.toString('hex') ? 'repeated' : 'alreadyRegistered'].push(voterId)
        codes.set(voterId, known ?? codeHash.toString('hex'))
      }
      return found
    },
    async reissue(_election, _refs, codeHash) {
      codes.set('anna', codeHash.toString('hex'))
      return { ok: true, voterId: 'anna', unit: 'n1' }
    },
    findByCode: async () => undefined,
  }
  return { roll: createRoll({ voters, elections: { eligibleVoters: async () => new Map() } }), known: knownBreakfast() }
}

const asked = [{ voterId: 'anna', reportingUnitId: 'n1' }, { voterId: 'bert', reportingUnitId: 'n2' }]

describe('voters who are registered', () => {
  test('get the same codes again under the same idempotency key, as often as the answer is lost, and under no other', async () => {
    const { roll, known } = townHall()
    const key = randomUUID()
    const first = await roll.register(known, asked, key)
    expect(new Set(first.registered.map(({ votingCode }) => votingCode)).size).toBe(2)
    expect(await roll.register(known, asked, key)).toEqual(first)
    for (const other of [randomUUID(), undefined]) expect(await roll.register(known, asked, other)).toEqual({ registered: [], alreadyRegistered: ['anna', 'bert'], problems: [] })
  })

  test('get other codes under the same key in another election, and under another master key', async () => {
    const key = randomUUID()
    const masters = [['a', 'breakfast'], ['a', 'brunch'], ['b', 'breakfast']] as const
    const codes = await Promise.all(masters.map(async ([master, slug]) => {
      const { roll, known } = townHall()
      return (await roll.register({ ...known, keys: electionKeys(Buffer.alloc(32, master), slug) }, asked, key)).registered[0]?.votingCode
    }))
    expect(new Set(codes).size).toBe(3)
  })

  test.each(['', 'x'.repeat(19), 'x'.repeat(201)])('are not registered under a key that somebody may guess, or that is too long: "%.20s"', async (key) => {
    const { roll, known } = townHall()
    await expect(roll.register(known, asked, key)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    await expect(roll.reissue(known, { voterId: 'anna', issuedBy: 'Ada', idempotencyKey: key })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})

test('nobody is added to the roll of an election that is certified: its turnout would change', async () => {
  const { roll } = townHall()
  await expect(roll.register(knownBreakfast(breakfastElection({ phase: 'CERTIFIED' })), asked)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  expect((await roll.register(knownBreakfast(breakfastElection({ phase: 'CLOSED' })), asked)).registered).toHaveLength(2)
})

test('a code that is issued anew is another one, even under the key of the first', async () => {
  const { roll, known } = townHall()
  const key = randomUUID()
  const [first] = (await roll.register(known, asked, key)).registered
  const anew = await roll.reissue(known, { voterId: 'anna', issuedBy: 'Ada', idempotencyKey: key })
  expect(anew).toMatchObject({ ok: true, votingCode: expect.stringMatching(/^\w{4}-\w{4}-\w{4}$/) })
  expect(anew.ok && anew.votingCode).not.toBe(first?.votingCode)
  expect(await roll.reissue(known, { voterId: 'anna', issuedBy: 'Ada', idempotencyKey: key })).toEqual(anew)
})
