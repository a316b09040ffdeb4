import { randomUUID } from 'node:crypto'
import { createTestNetwork, eventually, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breakfastTown } from '../testing/breakfast-network.js'

let network: TestNetwork
let town: ReturnType<typeof breakfastTown>

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'voting', apis: 2, workers: 1 })
  town = breakfastTown(network)
})
afterAll(() => network[Symbol.asyncDispose]())

const keyOf = (id: string): number => Number(id.slice(1))

async function inLedger(id: string): Promise<{ ballots: number, participations: number, heads: number }> {
  const { rows } = await network.pool.query<{ ballots: number, participations: number, heads: number }>(`SELECT
    (SELECT count(*)::integer FROM box_entry WHERE election = $1 AND kind = 0) AS ballots,
    (SELECT count(*)::integer FROM participation WHERE election = $1) AS participations,
    (SELECT sum(ballots)::integer FROM ballot_box WHERE election = $1) AS heads`, [keyOf(id)])
  const [row] = rows
  if (row === undefined) throw new Error('The ledger did not answer.')
  return row
}

describe('a voter with a voting code', () => {
  test('signs in however the code is typed, votes once, and gets a receipt that leads to the published results', async () => {
    const id = await town.open()
    const [code = ''] = await town.register(id, 1)
    const { token, hasVoted } = await town.signIn(id, ` ${code.toLowerCase().replaceAll('-', ' ')} `)
    expect(hasVoted).toBe(false)
    const told = await town.cast(token, id, 'my key', 'waffle')
    expect(told).toMatchObject({ __typename: 'VoteAccepted', repeated: false, receipt: { electionId: id } })
    const status = await eventually(async () => {
      const { receipt } = await network.graphql<{ receipt: { state: string, revision: number | null, choicesReleased: boolean, castAt: string, election: { id: string } } }>(
        'query($tracker: String!) { receipt(tracker: $tracker) { state revision choicesReleased castAt box election { id } } }', { tracker: told.receipt?.tracker })
      return receipt.state === 'PUBLISHED' ? receipt : undefined
    }, { limitMs: 20_000, what: 'the ballot in published results' })
    expect(status).toMatchObject({ revision: expect.any(Number), choicesReleased: true, castAt: told.receipt?.castAt, election: { id } })
    expect((await town.signIn(id, code)).hasVoted).toBe(true)
  })

  test('of a secret ballot has a receipt that says the minute, and that it is counted, but names no revision while its choices are held back', async () => {
    const id = await town.open({ ballotSecrecy: 'SECRET' })
    const [code = ''] = await town.register(id, 1)
    const { token } = await town.signIn(id, code)
    const told = await town.cast(token, id, 'my key', 'waffle')
    expect(told.receipt?.castAt).toMatch(/:00\.000Z$/)
    expect(await town.cast(token, id, 'my key', 'waffle', 1), 'sent again').toEqual({ ...told, repeated: true })
    const receipt = await eventually(async () => {
      const { receipt: found } = await network.graphql<{ receipt: { state: string } }>(
        'query($tracker: String!) { receipt(tracker: $tracker) { state choicesReleased revision publishedAt castAt } }', { tracker: told.receipt?.tracker })
      return found.state === 'PUBLISHED' ? found : undefined
    }, { limitMs: 20_000, what: 'the ballot in published turnout' })
    expect(receipt).toEqual({ state: 'PUBLISHED', choicesReleased: false, revision: null, publishedAt: null, castAt: told.receipt?.castAt })
  })

  test('sees the own ballot style and polling place, and nobody else\'s', async () => {
    const id = await town.open()
    const [[north = ''], [south = '']] = [await town.register(id, 1, 'n1'), await town.register(id, 1, 's10')]
    const viewer = async (code: string) => (await network.graphql<{ viewer: unknown }>('{ viewer { role election { id } reportingUnit { name } ballotStyle { id } } }', {}, { token: (await town.signIn(id, code)).token })).viewer
    expect(await viewer(north)).toEqual({ role: 'VOTER', election: { id }, reportingUnit: { name: 'Hall 1' }, ballotStyle: [{ id: `${id}/c/dish` }, { id: `${id}/c/toppings` }] })
    expect(await viewer(south)).toEqual({ role: 'VOTER', election: { id }, reportingUnit: { name: 'Hall 10' }, ballotStyle: [{ id: `${id}/c/dish` }] })
  })

  test('whose answer got lost asks again, over the other process, and gets the same receipt', async () => {
    const id = await town.open()
    const [code = ''] = await town.register(id, 1)
    const { token } = await town.signIn(id, code)
    const first = await town.cast(token, id, 'lost', 'toast', 0)
    const again = await town.cast(token, id, 'lost', 'toast', 1)
    expect(again).toEqual({ ...first, repeated: true })
    expect(await town.cast(token, id, 'lost', 'waffle', 1)).toMatchObject({ __typename: 'IdempotencyConflict' })
    expect(await town.cast(token, id, 'another', 'toast', 1)).toMatchObject({ __typename: 'AlreadyVoted' })
    await town.change('closeElection', id)
    expect(await town.cast(token, id, 'lost', 'toast', 1), 'after closing as well').toEqual({ ...first, repeated: true })
    expect(await inLedger(id)).toEqual({ ballots: 1, participations: 1, heads: 1 })
  })

  test('cannot vote in another election with it', async () => {
    const [id, other] = [await town.open(), await town.open()]
    const [code = ''] = await town.register(id, 1)
    const { token } = await town.signIn(id, code)
    expect(await town.cast(token, other, 'k', 'waffle')).toMatchObject({ __typename: 'NotEligible' })
    await expect(town.signIn(other, code)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  test('who votes 200 times at once over two processes is accepted once', async () => {
    const id = await town.open()
    const [code = ''] = await town.register(id, 1)
    const { token } = await town.signIn(id, code)
    const answers = await Promise.all(Array.from({ length: 200 }, (_, at) => town.cast(token, id, `try ${at}`, 'waffle', at % 2)))
    expect(answers.filter(({ __typename }) => __typename === 'VoteAccepted')).toHaveLength(1)
    expect(answers.filter(({ __typename }) => __typename === 'AlreadyVoted')).toHaveLength(199)
    expect(await inLedger(id)).toEqual({ ballots: 1, participations: 1, heads: 1 })
  })

  test('who sends one request 200 times at once over two processes gets 200 times the same receipt', async () => {
    const id = await town.open()
    const [code = ''] = await town.register(id, 1)
    const { token } = await town.signIn(id, code)
    const answers = await Promise.all(Array.from({ length: 200 }, (_, at) => town.cast(token, id, 'one key', 'waffle', at % 2)))
    expect(new Set(answers.map(({ receipt }) => JSON.stringify(receipt))).size).toBe(1)
    expect(answers.filter(({ repeated }) => repeated === false)).toHaveLength(1)
  })
})

describe('a ballot that does not fit', () => {
  test.each([
    ['an unknown option', { selections: (id: string) => [{ contestId: `${id}/c/dish`, optionIds: [`${id}/o/dish/soup`] }] }, '"soup" is not an option of the contest "dish".'],
    ['a contest of elsewhere', { unit: 's10', selections: (id: string) => [{ contestId: `${id}/c/toppings`, optionIds: [] }] }, 'The contest "toppings" is not on the ballot of "s10".'],
    ['an option marked twice', { selections: (id: string) => [{ contestId: `${id}/c/toppings`, optionIds: [`${id}/o/toppings/jam`, `${id}/o/toppings/jam`] }] }, 'An option of the contest "toppings" is marked twice.'],
    ['too many marks at a screen', { channel: 'ONLINE', selections: (id: string) => [{ contestId: `${id}/c/dish`, optionIds: [`${id}/o/dish/toast`, `${id}/o/dish/waffle`] }] }, 'The contest "dish" allows 1 mark; 2 were made.'],
  ])('is told why: %s', async (_what, { unit = 'n1', channel = 'ELECTION_DAY', selections }: { unit?: string, channel?: string, selections: (id: string) => unknown }, problem) => {
    const id = await town.open()
    const [told] = await town.ingest(id, [{ reportingUnitId: `${id}/u/${unit}`, channel, selections: selections(id) }])
    expect(told).toMatchObject({ __typename: 'InvalidBallot', problems: [problem] })
    expect((await inLedger(id)).ballots).toBe(0)
  })

  test('out of bounds, where the source says the time, is refused; between the opening and now it keeps its time, and counts as now where its clock is a little fast', async () => {
    const id = await town.open({ time: { source: 'IMPORTED' } })
    const before = Date.now()
    const [past, future, early, fast, none] = await town.ingest(id, [
      { castAt: '2026-05-01T10:00:00.000Z' }, { castAt: '2098-05-01T10:00:00.000Z' }, { castAt: '1999-05-01T10:00:00.000Z' }, { castAt: new Date(before + 60_000).toISOString() }, {},
    ])
    expect(past).toMatchObject({ __typename: 'VoteAccepted', receipt: { castAt: '2026-05-01T10:00:00.000Z' } })
    for (const refused of [future, early]) expect(refused).toMatchObject({ __typename: 'InvalidBallot', problems: [expect.stringContaining('It must lie between 2026-01-01T06:00:00.000Z')] })
    expect(fast?.__typename).toBe('VoteAccepted')
    expect(Date.parse(fast?.receipt?.castAt ?? '')).toBeLessThanOrEqual(Date.now())
    expect(none?.__typename).toBe('VoteAccepted')
    const clockwork = await town.open()
    expect((await town.ingest(clockwork, [{ castAt: '2020-05-01T10:00:00.000Z' }]))[0]).toMatchObject({ __typename: 'InvalidBallot' })
  })
})

describe('an election that is not open', () => {
  test('says which phase it is in, before and after', async () => {
    const id = await town.create({ opensAt: '2098-01-01T00:00:00Z' })
    expect((await town.ingest(id, [{}]))[0]).toMatchObject({ __typename: 'ElectionNotOpen', phase: 'DRAFT' })
    expect(await town.change('publishElection', id)).toBe('SCHEDULED')
    expect((await town.ingest(id, [{}], 1))[0]).toMatchObject({ __typename: 'ElectionNotOpen', phase: 'SCHEDULED' })
    expect(await town.change('openElection', id)).toBe('OPEN')
    expect((await town.ingest(id, [{}], 1))[0], 'the other process, which has not been told yet').toMatchObject({ __typename: 'VoteAccepted' })
    expect(await town.change('closeElection', id, 1)).toBe('CLOSED')
    expect((await town.ingest(id, [{}]))[0]).toMatchObject({ __typename: 'ElectionNotOpen', phase: 'CLOSED' })
    expect(await town.change('openElection', id)).toBe('refused: CLOSED')
  })

  test('opens and closes by itself at its times', async () => {
    const now = Date.now()
    const id = await town.create({ opensAt: new Date(now + 500).toISOString(), closesAt: new Date(now + 6_000).toISOString() })
    await town.change('publishElection', id)
    const phase = async (api: number) => (await network.graphql<{ election: { phase: string } }>('query($id: ID!) { election(id: $id) { phase } }', { id }, { api })).election.phase
    for (const expected of ['OPEN', 'CLOSED']) {
      await eventually(async () => (await phase(0)) === expected && (await phase(1)) === expected ? true : undefined, { limitMs: 30_000, what: `phase ${expected} on both processes` })
    }
    expect((await inLedger(id)).ballots).toBe(0)
  })

  test('closes at one point in time: every vote under way is accepted and counted, or refused and not', async () => {
    const id = await town.open({ boxes: 3 })
    const units = ['n1', 'n2', 's10']
    let isClosing = false
    const told: string[] = []
    const counter = async (api: number): Promise<void> => {
      for (let round = 0; !isClosing || round < 3; round += 1) {
        const answers = await town.ingest(id, Array.from({ length: 40 }, (_, at) => ({ reportingUnitId: `${id}/u/${units[at % 3]}` })), api)
        told.push(...answers.map(({ __typename }) => __typename))
      }
    }
    const counters = [0, 1, 0, 1].map(counter)
    await eventually(async () => told.length > 400 ? true : undefined, { limitMs: 30_000, what: 'votes flowing' })
    await town.change('closeElection', id)
    isClosing = true
    await Promise.all(counters)
    const accepted = told.filter((name) => name === 'VoteAccepted').length
    expect(new Set(told)).toEqual(new Set(['VoteAccepted', 'ElectionNotOpen']))
    expect(await inLedger(id)).toEqual({ ballots: accepted, participations: accepted, heads: accepted })
    const { rows } = await network.pool.query<{ sealed: number }>('SELECT sum(sealed_seq)::integer AS sealed FROM ballot_box WHERE election = $1', [keyOf(id)])
    expect(rows[0]?.sealed, 'the ballots, and a seal in each of three boxes').toBe(accepted + 3)
  })
})

describe('a counting centre', () => {
  test('has 1,000 ballots answered in their order, and the same ones again', async () => {
    const id = await town.open()
    const ballots = Array.from({ length: 1_000 }, (_, at) => ({ idempotencyKey: `key ${at}`, sourceBallotNumber: String(at), ...(at % 100 === 7 ? { reportingUnitId: `${id}/u/nowhere` } : {}) }))
    const first = await town.ingest(id, ballots)
    expect(first.map(({ __typename }, at) => [at, __typename])).toEqual(ballots.map((_, at) => [at, at % 100 === 7 ? 'InvalidBallot' : 'VoteAccepted']))
    const again = await town.ingest(id, ballots, 1)
    expect(again).toEqual(first.map((told) => told.__typename === 'VoteAccepted' ? { ...told, repeated: true } : told))
    expect(await inLedger(id)).toEqual({ ballots: 990, participations: 990, heads: 990 })
  })

  test('cannot count a voter who has voted at a screen, nor the other way round', async () => {
    const id = await town.open()
    const voterId = randomUUID()
    const { registerVoters } = await network.graphql<{ registerVoters: { registered: { votingCode: string }[] } }>(
      'mutation($input: RegisterVotersInput!) { registerVoters(input: $input) { registered { votingCode } } }',
      { input: { electionId: id, voters: [{ voterId, reportingUnitId: `${id}/u/n1` }] } }, { token: network.tokens.manager })
    const { token } = await town.signIn(id, registerVoters.registered[0]?.votingCode ?? '')
    expect((await town.cast(token, id, 'k', 'waffle')).__typename).toBe('VoteAccepted')
    const upper = voterId.toUpperCase()
    const told = await town.ingest(id, [{ voterId }, { voterId: ` ${upper}` }, { voterId: 'nobody' }, { voterId, reportingUnitId: `${id}/u/n2` }])
    expect(told.map(({ __typename }) => __typename)).toEqual(['AlreadyVoted', 'AlreadyVoted', 'NotEligible', 'NotEligible'])
  })

  test('has each request of a voter judged alike, whether it comes alone or in one list', async () => {
    const id = await town.open()
    const told = await town.ingest(id, [{ sourceBallotNumber: 'v', idempotencyKey: 'a' }, { sourceBallotNumber: 'v', idempotencyKey: 'b' }, { sourceBallotNumber: 'v', idempotencyKey: 'a' }])
    expect(told.map(({ __typename, repeated }) => [__typename, repeated])).toEqual([['VoteAccepted', false], ['AlreadyVoted', undefined], ['VoteAccepted', true]])
  })
})

describe('the roll', () => {
  test('takes each voter once and says what is wrong with the others', async () => {
    const id = await town.open()
    const register = (voters: unknown[]) => network.graphql<{ registerVoters: { registered: { voterId: string, votingCode: string }[], alreadyRegistered: string[], problems: { path: string }[] } }>(
      'mutation($input: RegisterVotersInput!) { registerVoters(input: $input) { registered { voterId votingCode } alreadyRegistered problems { path message } } }', { input: { electionId: id, voters } }, { token: network.tokens.manager })
    const hall = `${id}/u/n1`
    await register([{ voterId: 'known', reportingUnitId: hall }])
    const { registerVoters } = await register([
      { voterId: 'known', reportingUnitId: hall }, { voterId: 'new', reportingUnitId: hall, name: 'Nora New' }, { voterId: 'new', reportingUnitId: hall },
      { voterId: 'lost', reportingUnitId: `${id}/u/town` }, { voterId: 'odd', reportingUnitId: hall, attributes: [{ attributeId: 'age', valueId: 'ancient' }] },
    ])
    expect(registerVoters.registered).toEqual([{ voterId: 'new', votingCode: expect.stringMatching(/^[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}$/) }])
    expect(registerVoters.alreadyRegistered).toEqual(['known'])
    expect(registerVoters.problems.map(({ path }) => path)).toEqual(['voters[2].voterId', 'voters[3].reportingUnitId', 'voters[4].attributes'])
  })

  test('gives a new code for a lost one, after which the old one and its session are void, unless the vote is cast', async () => {
    const id = await town.open()
    const [code = ''] = await town.register(id, 1)
    const voterId = (await network.pool.query<{ voter_id: string }>('SELECT voter_id FROM voter WHERE election = $1', [keyOf(id)])).rows[0]?.voter_id
    const anew = async (voter = voterId) => (await network.graphql<{ reissueVotingCode: { votingCode?: string, reportingUnit?: { id: string }, reason?: string } }>(
      'mutation($input: ReissueVotingCodeInput!) { reissueVotingCode(input: $input) { ... on VotingCodeReissued { votingCode reportingUnit { id } } ... on VotingCodeNotReissued { reason } } }',
      { input: { electionId: id, voterId: voter } }, { token: network.tokens.manager })).reissueVotingCode
    const session = await town.signIn(id, code)
    const { votingCode = '', reportingUnit } = await anew(` ${voterId?.toUpperCase()}`)
    expect(reportingUnit).toEqual({ id: `${id}/u/n1` })
    await expect(town.signIn(id, code)).rejects.toThrow('not known in this election')
    expect(await town.cast(session.token, id, 'k', 'waffle', 1)).toMatchObject({ __typename: 'NotEligible', message: expect.stringContaining('new voting code') })
    const { token } = await town.signIn(id, votingCode)
    expect((await town.cast(token, id, 'k', 'pancake')).__typename).toBe('VoteAccepted')
    expect(await anew()).toEqual({ reason: 'HAS_VOTED' })
    expect(await town.signIn(id, votingCode)).toMatchObject({ hasVoted: true })
    expect(await anew('nobody')).toEqual({ reason: 'NOT_ON_ROLL' })
    expect(await inLedger(id)).toEqual({ ballots: 1, participations: 1, heads: 1 })
  })

  test('keeps no voting code', async () => {
    const id = await town.open()
    const [code = ''] = await town.register(id, 1)
    const { rows } = await network.pool.query<{ row: string }>('SELECT voter::text AS row FROM voter WHERE election = $1', [keyOf(id)])
    expect(rows).toHaveLength(1)
    expect(rows[0]?.row).not.toContain(code.replaceAll('-', ''))
  })
})
