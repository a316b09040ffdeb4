import { createTestNetwork, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { breakfastTown } from '../testing/breakfast-network.js'

let network: TestNetwork
let town: ReturnType<typeof breakfastTown>

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'times', apis: 1, workers: 0 })
  town = breakfastTown(network)
})
afterAll(() => network[Symbol.asyncDispose]())

interface Times { opensAt: string, closesAt: string, phase: string }
const timesOf = async (id: string): Promise<Times> => (await network.graphql<{ election: Times }>('query($id: ID!) { election(id: $id) { opensAt closesAt phase } }', { id })).election

test('an election that is opened early and closed early says truly when it was open, and its vote lies between the two', async () => {
  const before = Date.now()
  const id = await town.open({ opensAt: '2098-01-01T08:00:00Z', closesAt: '2098-01-01T20:00:00Z' })
  const open = await timesOf(id)
  expect(open).toMatchObject({ phase: 'OPEN', closesAt: '2098-01-01T20:00:00.000Z' })
  // Its times are whole seconds.
  expect(Date.parse(open.opensAt)).toBeGreaterThan(before - 2_000)
  expect(Date.parse(open.opensAt)).toBeLessThanOrEqual(Date.now())
  const [code = ''] = await town.register(id, 1)
  const { token } = await town.signIn(id, code)
  const told = await town.cast(token, id, '9d9bb8c4-a37a-4cb3-9d2f-0d2f1dd3b6a1', 'waffle')
  expect(told.__typename).toBe('VoteAccepted')
  await town.change('closeElection', id)
  const closed = await timesOf(id)
  expect(closed).toMatchObject({ phase: 'CLOSED', opensAt: open.opensAt })
  expect(Date.parse(closed.closesAt)).toBeGreaterThan(Date.parse(closed.opensAt))
  expect(Date.parse(closed.closesAt)).toBeLessThanOrEqual(Date.now() + 1)
  const castAt = Date.parse(told.receipt?.castAt ?? '')
  expect([castAt >= Date.parse(closed.opensAt), castAt < Date.parse(closed.closesAt)]).toEqual([true, true])
})

test('an election that is closed in the very moment in which it was opened still opened before it closed', async () => {
  const id = await town.create({ opensAt: '2098-01-01T08:00:00Z', closesAt: '2098-01-01T20:00:00Z' })
  await town.change('publishElection', id)
  await Promise.all([town.change('openElection', id), town.change('closeElection', id)])
  await town.change('closeElection', id)
  const { opensAt, closesAt, phase } = await timesOf(id)
  expect(phase).toBe('CLOSED')
  expect(Date.parse(closesAt) - Date.parse(opensAt)).toBeGreaterThan(0)
  expect(Date.parse(closesAt) - Date.now()).toBeLessThan(100)
})
