import type { TestNetwork } from '@livetally/local/test-network'

/** Small enough to know by heart: two contests, three polling places, a breakdown of each kind. */
function definition(slug: string, change: Record<string, unknown>) {
  const now = Date.now()
  return {
    slug,
    name: 'Duck pond council',
    description: 'Who looks after the pond.',
    timeZone: 'Europe/Berlin',
    // So few ballots would wait for the close; a test of secrecy says otherwise.
    ballotSecrecy: 'OPEN',
    opensAt: new Date(now - 60_000).toISOString(),
    closesAt: new Date(now + 3_600_000).toISOString(),
    parties: [
      { id: 'reed', name: 'Reed List', abbreviation: 'REED', color: '#2463c4' },
      { id: 'lily', name: 'Water Lily', abbreviation: 'LILY', color: '#ffe600' },
    ],
    attributes: [
      { id: 'age', name: 'Age group', values: [{ id: 'young', name: 'Under 40' }, { id: 'old', name: '40 and older' }] },
      { id: 'party', name: 'Registered party', values: [{ id: 'reed', name: 'Reed List' }, { id: 'lily', name: 'Water Lily' }] },
    ],
    breakdowns: [['age', 'party']],
    reportingUnits: [
      { id: 'pond', name: 'The pond', kind: 'CITY' },
      ...['north', 'east', 'south'].map((id) => ({ id, name: `${id[0]?.toUpperCase() ?? ''}${id.slice(1)} shore`, kind: 'POLLING_PLACE', parent: 'pond', eligibleVoters: 40 })),
    ],
    contests: [
      {
        id: 'keeper', title: 'Keeper of the pond', reportingUnit: 'pond',
        options: [
          { id: 'mallard', name: 'Martha Mallard', party: 'reed', biography: 'Has kept the north shore for nine years.', campaignPlatform: 'Clear water.' },
          { id: 'teal', name: 'Tom Teal', party: 'lily' },
        ],
      },
      {
        id: 'council', title: 'Council', variation: 'N_OF_M', votesAllowed: 2, numberElected: 2, reportingUnit: 'pond',
        options: ['Gadwall', 'Pintail', 'Shoveler', 'Wigeon'].map((name) => ({ id: name.toLowerCase(), name })),
      },
    ],
    ...change,
  }
}

export interface ElectionUnderTest { id: string, slug: string, votingCodes: string[] }

/** Creates, publishes and opens the pond's election and registers voters. */
export async function openPondElection(network: TestNetwork, { slug = 'pond', voters = 4, change = {}, isOpened = true }: { slug?: string, voters?: number, change?: Record<string, unknown>, isOpened?: boolean } = {}): Promise<ElectionUnderTest> {
  const token = network.tokens.manager
  const { createElection } = await network.graphql<{ createElection: { election?: { id: string }, problems?: { path: string, message: string }[] } }>(
    'mutation ($input: CreateElectionInput!) { createElection(input: $input) { ... on ElectionCreated { election { id } } ... on InvalidElectionDefinition { problems { path message } } } }',
    { input: { definition: definition(slug, change) } },
    { token },
  )
  const id = createElection.election?.id
  if (id === undefined) throw new Error(JSON.stringify(createElection.problems))
  for (const step of ['publishElection', ...(isOpened ? ['openElection'] : [])]) {
    await network.graphql(`mutation ($id: ID!) { ${step}(id: $id) { __typename } }`, { id }, { token })
  }
  return { id, slug, votingCodes: await registerOnPond(network, id, { from: 0, count: voters }) }
}

/** Puts voters on the roll, half of them young, spread over the shores; gives their voting codes. */
export async function registerOnPond(network: TestNetwork, id: string, { from, count }: { from: number, count: number }): Promise<string[]> {
  const voters = Array.from({ length: count }, (_, index) => index + from).map((at) => ({
    voterId: `voter-${at}`,
    reportingUnitId: `${id}/u/${['north', 'east', 'south'][at % 3] ?? 'north'}`,
    channel: 'ONLINE',
    attributes: [{ attributeId: 'age', valueId: at % 2 === 0 ? 'young' : 'old' }, { attributeId: 'party', valueId: 'reed' }],
  }))
  const { registerVoters } = await network.graphql<{ registerVoters: { registered: { votingCode: string }[] } }>(
    'mutation ($input: RegisterVotersInput!) { registerVoters(input: $input) { registered { votingCode } } }', { input: { electionId: id, voters } }, { token: network.tokens.manager })
  return registerVoters.registered.map((voter) => voter.votingCode)
}
