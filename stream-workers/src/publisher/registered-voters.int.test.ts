import { createResults, type Election, type ResultsAt } from '@livetally/core/election'
import { createElectorateStore, createGroupReleaseStore, createRevisionStore, createVoterStore, type VoterRegistration } from '@livetally/core/store'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { definitionNow, digest } from '../../../core/src/store/store-under-test.js'
import { createHeldClock } from '../clock-under-test.js'
import { recount } from '../recount/recount.js'
import { createCountingUnderTest, createDice, eventually, type CountingUnderTest } from '../workers-under-test.js'
import { createElectionPublisher, type ElectionPublisher } from './election-publisher.js'

let counting: CountingUnderTest
beforeEach(async () => { counting = await createCountingUnderTest() })
afterEach(() => counting[Symbol.asyncDispose]())

/** Nobody but the roll says how many may vote. */
const withoutNumbers = () => ({ reportingUnits: definitionNow().reportingUnits.map(({ eligibleVoters: _, ...unit }) => unit) })
const BREAKDOWNS = [['age', 'crust'], ['unit:WARD', 'age']]

let registered = 0
async function register({ key, structure }: Election, dice: (sides: number) => number, count: number): Promise<void> {
  const roll = Array.from({ length: count }, (): VoterRegistration => {
    registered += 1
    const attributes = structure.definition.attributes.flatMap(({ id, values }): [string, string][] => {
      const value = values[dice(values.length + 1)]
      return value === undefined ? [] : [[id, value.id]]
    })
    return { voterId: `${registered}`, voterRef: digest(`${registered}`), codeHash: digest(`code ${registered}`), unit: structure.leaves[dice(structure.leaves.length)]?.id ?? '', attributes: Object.fromEntries(attributes) }
  })
  await createVoterStore(counting.store.api).register(key, roll)
}

const publisherOf = async ({ key }: Election): Promise<ElectionPublisher> => {
  const publisher = await createElectionPublisher(key, {
    store: createRevisionStore(counting.store.worker), claim: () => createRevisionStore(counting.store.worker).claim(key, 'owl'), electorate: createElectorateStore(counting.store.worker), groupReleases: createGroupReleaseStore(counting.store.worker), announced: { newest: async () => 0, note: () => undefined }, clock: createHeldClock(Date.now()), readElection: counting.store.elections.load,
  })
  if (publisher === undefined) throw new Error('there is no such election')
  return publisher
}
const published = async ({ key }: Election): Promise<ResultsAt> => {
  const results = createResults((await counting.store.reload(key)).structure)
  for (const { revision, rows, isFull } of await createRevisionStore(counting.store.worker).read(key, 0, 10_000)) results.apply(revision, rows, isFull)
  return results.at()
}
/** What the recount finds wrong with the electorate, and how many it holds. */
const audited = async (election: Election): Promise<{ problems: string[], voters: number | undefined }> => {
  const report = await recount(counting.store.urlOf('auditor'), election.slug)
  return { problems: report?.checks.find(({ invariant }) => invariant === 'I10')?.problems ?? ['no report'], voters: (await published(election)).electorate([], []) }
}
const age = async (election: Election, value: string) => (await published(election)).electorate(['age'], [value])

describe('the electorate that is published', () => {
  test.each([1, 2, 3])('is the roll to the last voter, however often the publisher dies at the worst moment (%i)', async (seed) => {
    const dice = createDice(seed)
    const election = await counting.store.openElection({ ...withoutNumbers(), breakdowns: BREAKDOWNS })
    let publisher = await publisherOf(election)
    const zombies: ElectionPublisher[] = []
    let expected = 0
    for (let step = 0; step < 60; step += 1) {
      switch (dice(5)) {
        case 0: {
          const count = 1 + dice(12)
          await register(election, dice, count)
          expected += count
          break
        }
        case 1: await publisher.compare(); break
        case 2: await publisher.publish(); break
        case 3:
          // Whatever it had read and not published dies with it.
          zombies.push(publisher)
          publisher = await publisherOf(election)
          break
        default: {
          const zombie = zombies[dice(zombies.length + 1)]
          await zombie?.compare()
          if (zombie?.isDue === true) expect(await zombie.publish()).toEqual({ kind: 'SUPERSEDED' })
        }
      }
      if (step % 6 === 0) expect((await audited(election)).problems, `step ${step}`).toEqual([])
    }
    await publisher.compare()
    await publisher.publish()
    expect(await audited(election)).toEqual({ problems: [], voters: expected })
  }, 120_000)

  test('moves while nobody votes, and stays with the roll when workers come and go', async () => {
    const dice = createDice(7)
    const election = await counting.store.openElection({ ...withoutNumbers(), breakdowns: BREAKDOWNS })
    let expected = 0
    for (let round = 0; round < 4; round += 1) {
      const workers = [await counting.start(), await counting.start()]
      await register(election, dice, 30)
      await register(election, dice, 5)
      expected += 35
      await eventually(async () => (await published(election)).electorate([], []) === expected, { limitMs: 20_000, what: `${expected} voters to be published` })
      expect((await published(election)).eligibleVoters('')).toBe(expected)
      await counting.vote(election, 3)
      await Promise.all(workers.map((one) => one[Symbol.asyncDispose]()))
      await register(election, dice, 10)
      expected += 10
    }
    await counting.start()
    await eventually(async () => (await published(election)).electorate([], []) === expected, { limitMs: 20_000, what: 'who was registered while no worker was there' })
    expect((await counting.counted(election)).agrees).toBe(true)
  })

  test('has a new breakdown from the beginning of the roll, and forgets one that was taken away', async () => {
    const dice = createDice(3)
    const election = await counting.store.openElection({ ...withoutNumbers(), breakdowns: [['unit:WARD', 'age']] })
    await register(election, dice, 50)
    const publisher = await publisherOf(election)
    await publisher.publish()
    expect((await published(election)).electorate(['age', 'crust'], ['old', 'thin'])).toBeUndefined()
    const { structure, definitionVersion } = await counting.store.reload(election.key)
    await counting.store.elections.edit(election.key, definitionVersion, { ...structure.definition, breakdowns: [['age', 'crust']] })
    await publisher.compare()
    await publisher.publish()
    const at = await published(election)
    const sum = ['young', 'old', '_unknown'].flatMap((one) => ['thin', 'thick', '_unknown'].map((other) => at.electorate(['age', 'crust'], [one, other]) ?? Number.NaN)).reduce((all, voters) => all + voters, 0)
    expect(sum).toBe(50)
    expect(at.electorate(['unit:WARD', 'age'], ['north', 'old'])).toBeUndefined()
    expect(await audited(election)).toEqual({ problems: [], voters: 50 })
  })

  test('a recount names every group that was published wrongly, and every place whose number is not the roll\'s', async () => {
    const dice = createDice(5)
    const election = await counting.store.openElection({ ...withoutNumbers(), breakdowns: BREAKDOWNS })
    await register(election, dice, 20)
    await (await publisherOf(election)).publish()
    const young = await age(election, 'young') ?? 0
    await counting.store.owner.query(`UPDATE reporting_unit SET registered_voters = registered_voters + 1 WHERE election = $1 AND id = 'mill'`, [election.key])
    await counting.store.owner.query(`UPDATE voter SET attributes = attributes || '{"age": "young"}' WHERE election = $1 AND number = (SELECT max(number) FROM voter WHERE election = $1 AND NOT attributes @> '{"age": "young"}')`, [election.key])
    const { problems } = await audited(election)
    expect(problems).toContain(`electorate age/young is ${young + 1} by the roll and ${young} as published`)
    expect(problems.at(-1)).toMatch(/^mill says \d+ registered voters and the roll has \d+$/)
  })
})
