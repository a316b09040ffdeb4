import { createKafkaEventLog, parseVoterRegistered, TOPIC, type VoterRegistered } from '@livetally/core/events'
import { createTestNetwork, eventually, type TestNetwork } from '@livetally/local/test-network'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breakfastDefinition } from '../testing/breakfast-election.js'
import { breakfastTown } from '../testing/breakfast-network.js'

let network: TestNetwork
let town: ReturnType<typeof breakfastTown>
beforeAll(async () => {
  network = await createTestNetwork({ suite: 'registration', apis: 2, workers: 2 })
  town = breakfastTown(network)
})
afterAll(() => network[Symbol.asyncDispose]())

/** Nobody but the roll says how many may vote. */
const unnumbered = () => ({ breakdowns: [['unit:WARD', 'age']], reportingUnits: breakfastDefinition().reportingUnits.map(({ eligibleVoters: _, ...unit }) => unit) })

interface Cell { values: { id: string }[], ballots: number, eligibleVoters: number | null, turnout: { percent: number | null } | null }
interface Results { ballotsCast: number, eligibleVoters: number | null, turnout: { percent: number | null } | null, breakdown: { cells: Cell[] } }
const RESULTS = 'ballotsCast eligibleVoters turnout { percent } breakdown(by: $by) { cells { values { id } ballots eligibleVoters turnout { percent } } }'

const register = async (id: string, unit: string, age: string, count: number, api = 0): Promise<void> => {
  const voters = Array.from({ length: count }, () => ({ voterId: randomUUID(), reportingUnitId: `${id}/u/${unit}`, name: 'Mabel Crumpet', address: '3 Jam Street', attributes: [{ attributeId: 'age', valueId: age }] }))
  await network.graphql('mutation($input: RegisterVotersInput!) { registerVoters(input: $input) { problems { path } } }', { input: { electionId: id, voters } }, { token: network.tokens.manager, api })
}
const shown = (cells: readonly Cell[]) => Object.fromEntries(cells.filter(({ eligibleVoters }) => eligibleVoters !== 0).map(({ values, ballots, eligibleVoters, turnout }) => [values.map(({ id }) => id).join(' '), [ballots, eligibleVoters, turnout?.percent]]))

describe('voters who register while the election is open', () => {
  test('move turnout for everybody who watches, without a vote being cast, in the whole and in their group', async () => {
    const id = await town.open(unnumbered())
    await register(id, 'n1', 'wise', 4)
    await town.ingest(id, [{ attributes: [{ attributeId: 'age', valueId: 'wise' }] }])
    const stream = network.subscribe<{ electionResults: Results }>(`subscription($id: ID!, $by: [String!]!) { electionResults(electionId: $id) { ${RESULTS} } }`, { id, by: ['unit:WARD', 'age'] }, { api: 1 })
    const until = async (isThere: (results: Results) => boolean): Promise<Results> => {
      for (;;) {
        const { value } = await stream.next()
        if (value === undefined) throw new Error('The subscription has ended.')
        if (isThere(value.electionResults)) return value.electionResults
      }
    }
    const before = await until(({ ballotsCast, eligibleVoters }) => ballotsCast === 1 && eligibleVoters === 4)
    expect(before).toMatchObject({ turnout: { percent: 25 } })
    expect(shown(before.breakdown.cells)).toEqual({ 'north wise': [1, 4, 25] })
    await register(id, 's10', 'young', 1)
    await register(id, 'n2', 'wise', 6, 1)
    const after = await until(({ eligibleVoters }) => eligibleVoters === 11)
    expect(after.ballotsCast).toBe(1)
    expect(shown(after.breakdown.cells)).toEqual({ 'north wise': [1, 10, 10], 'south young': [0, 1, 0] })
    await stream.close()
  })

  test('are counted once each when workers are killed in the middle, and the recount finds nothing to object to', async () => {
    const id = await town.open({ ...unnumbered(), slug: 'killed-workers' })
    for (let round = 0; round < 6; round += 1) {
      await register(id, ['n1', 'n2', 's10'][round % 3] ?? 'n1', round % 2 === 0 ? 'wise' : 'young', 50, round % 2)
      if (round === 1 || round === 3) {
        await network.workers[round === 1 ? 0 : 1]?.kill()
        await network.workers[round === 1 ? 0 : 1]?.start()
      }
    }
    const found = await eventually(async () => {
      const { election } = await network.graphql<{ election: { results: Results } }>(`query($id: ID!, $by: [String!]!) { election(id: $id) { results { ${RESULTS} } } }`, { id, by: ['age'] })
      return election.results.eligibleVoters === 300 && election.results
    }, { limitMs: 60_000, what: '300 registered voters to be published' })
    expect(shown(found.breakdown.cells)).toEqual({ wise: [0, 150, 0], young: [0, 150, 0] })
    const recount = await network.run('recount', ['--election', 'killed-workers', '--json'])
    expect(JSON.parse(recount.stdout)).toMatchObject({ agrees: true })
  })

  test('are told on topic voters, each of them, with place and groups and without a name', async () => {
    const id = await town.open(unnumbered())
    const election = Number(id.slice(1))
    const heard = new Map<number, VoterRegistered>()
    const texts: string[] = []
    await using log = createKafkaEventLog({ brokers: [...network.kafkaBrokers], topicPrefix: network.topicPrefix, clientId: 'census' })
    await using _consumer = await log.consume({
      groupId: 'census', topics: [TOPIC.voters], onAssigned: async () => undefined, onLost: async () => undefined,
      async onBatch({ records }) {
        for (const { value } of records) {
          texts.push(value?.toString() ?? '')
          const parsed = parseVoterRegistered(value)
          if (parsed.ok && parsed.event.election === election) heard.set(parsed.event.number, parsed.event)
        }
      },
    })
    await Promise.all([register(id, 'n1', 'wise', 120), register(id, 'n2', 'young', 80, 1)])
    await eventually(() => heard.size === 200, { limitMs: 30_000, what: '200 registrations on the topic' })
    const told = [...heard.values()].map(({ unit, attributes }) => `${unit} ${attributes['age']}`)
    expect([told.filter((one) => one === 'n1 wise').length, told.filter((one) => one === 'n2 young').length]).toEqual([120, 80])
    expect(texts.filter((text) => /mabel|jam|code|ref/i.test(text))).toEqual([])
    const { rows } = await network.pool.query<{ voter_id: string }>('SELECT voter_id FROM voter WHERE election = $1', [election])
    expect(rows.filter(({ voter_id: voterId }) => texts.some((text) => text.includes(voterId)))).toEqual([])
  })
})
