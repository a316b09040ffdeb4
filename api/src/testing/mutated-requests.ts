/** Requests as a careless or hostile client might send them: right ones with a few things wrong. One seed gives the same ones again. */
export interface MutatedRequest { query: string, variables: unknown, operationName?: unknown }

const WINDOW = '{ kind: TUMBLING, size: "PT1M" }'

const RIGHT: readonly MutatedRequest[] = [
  { query: 'query A($id: ID!, $first: Int) { election(id: $id) { id name phase results { revision ballotsCast turnout { percent } contests { ballots totals { votes share { percent } } } } reportingUnits(first: $first) { nodes { id name } } } }', variables: { id: 'e7', first: 5 } },
  { query: '{ elections(first: 5, filter: { search: "break", phases: [OPEN] }, orderBy: NAME_ASC) { totalCount nodes { slug } pageInfo { endCursor } } }', variables: {} },
  { query: 'query($id: ID!) { node(id: $id) { __typename id ... on Contest { title options { name } } ... on ReportingUnit { name parent { id } } } }', variables: { id: 'e7/c/dish' } },
  { query: `query($window: WindowInput!, $from: DateTime) { election(slug: "breakfast") { results { timeline(window: $window, from: $from) { start ballots isFinal } breakdown(by: ["age"]) { __typename } } } }`, variables: { window: { kind: 'TUMBLING', size: 'PT1M' }, from: '2026-01-01T06:00:00Z' } },
  { query: `{ election(id: "e7") { results(asOf: { revision: 1 }) { revision turnoutByUnit(first: 3, filter: { search: "hall" }) { nodes { ballots } } timeline(window: ${WINDOW}) { ballots } } } }`, variables: {} },
  { query: 'query($t: String!) { receipt(tracker: $t) { __typename } viewer { role } systemStatus { __typename } }', variables: { t: 'ABCD-EFGH' } },
  { query: 'mutation($input: CastVoteInput!) { castVote(input: $input) { __typename ... on VoteRefusal { message } } }', variables: { input: { electionId: 'e7', idempotencyKey: 'k', selections: [{ contestId: 'e7/c/dish', optionIds: ['e7/c/dish/o/toast'] }] } } },
  { query: 'mutation($input: CastVotesInput!) { castVotes(input: $input) { __typename } }', variables: { input: { electionId: 'e7', ballots: [{ idempotencyKey: 'k', sourceBallotNumber: '1', reportingUnitId: 'e7/u/n1', channel: 'ONLINE', castAt: '2026-01-01T07:00:00Z', attributes: [{ id: 'age', value: 'wise' }], selections: [{ contestId: 'e7/c/dish', optionIds: ['toast'] }] }] } } },
  { query: 'mutation($id: ID!, $code: String!) { signInWithVotingCode(electionId: $id, code: $code) { token } }', variables: { id: 'e7', code: '7KQ2-M4XD-9TRB' } },
  { query: 'subscription { electionResults(electionId: "e7", after: 1) { revision } }', variables: {} },
]

const WORDS = ['{', '}', '(', ')', '[', ']', ':', '$', '!', '@skip(if: true)', '@include(if: $no)', '@deprecated', '...', '... on Query { viewer { role } }', 'fragment F on Query { ...F }', 'null', '-1', '0', '1e400', '2147483648', '99999999999999999999', '""', '"""x"""', '"\\u0000"', '"\\uD800"', 'OPEN', 'query', 'mutation', 'subscription', '__schema { types { name } }', '__typename', '#', '\uFEFF', 'é', '\0', '🗳', 'elections', 'first', 'id']
const VALUES: readonly unknown[] = [null, true, -1, 0, 1.5, 1e21, 2_147_483_648, Number.MAX_SAFE_INTEGER, '', ' ', 'e7', 'e0', 'e-1', 'e99999999999999999999', 'e7/c/', 'e7/u/n1', 'e7/c/dish/o/', '__proto__', 'constructor', '\u0000', '\uD800', '\u202E', '‮', 'x'.repeat(5_000), 'PT0S', 'P999999999D', '2026-02-30T00:00:00Z', '+275760-09-13T00:00:00Z', 'WyJodXNoIiwiMSJd', 'W10', [], [[]], [null], {}, { __proto__: 1 }, { length: -1 }, { a: { b: [] } }]

export function createMutations(seed: number): () => MutatedRequest {
  const below = createDice(seed)
  const one = <Thing>(things: readonly Thing[]): Thing => things[below(things.length)] as Thing
  const mutateText = (text: string): string => {
    const parts = text.split(/(\W)/).filter((part) => part !== '')
    const at = below(parts.length)
    switch (below(5)) {
      case 0: parts.splice(at, 1 + below(3)); break
      case 1: parts.splice(at, 0, one(WORDS), ' '); break
      case 2: parts[at] = one(WORDS); break
      case 3: parts.splice(at, 0, ...parts.slice(below(parts.length)).slice(0, 12)); break
      default: parts.length = at
    }
    return parts.join('')
  }
  const mutateValue = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || below(4) === 0) return one(VALUES)
    if (Array.isArray(value)) return value.length === 0 || below(4) === 0 ? [...value, one(VALUES)] : value.map((inner: unknown, at) => at === 0 ? mutateValue(inner) : inner)
    const entries = Object.entries(value)
    const chosen = below(entries.length + 1)
    return Object.fromEntries(chosen === entries.length ? [...entries, ['extra', one(VALUES)]] : entries.map(([name, inner], at) => [name, at === chosen ? mutateValue(inner) : inner]))
  }
  return () => {
    let { query, variables } = one(RIGHT)
    for (let left = below(3); left > 0; left -= 1) query = mutateText(query)
    for (let left = below(3); left > 0; left -= 1) variables = mutateValue(variables)
    return below(20) === 0 ? { query, variables, operationName: one(VALUES) } : { query, variables }
  }
}

/** Whole numbers below a bound (mulberry32). */
function createDice(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296 * bound)
  }
}
