import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTestNetwork, eventually, type TestNetwork } from '@livetally/local/test-network'
import { buildSchema, isNonNullType, isObjectType, isUnionType, getNamedType, type GraphQLArgument, type GraphQLField, type GraphQLInputType, isListType, isInputObjectType, isEnumType } from 'graphql/index.js'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { printApiSchema } from '../schema/print-schema.js'
import { breakfastTown } from '../testing/breakfast-network.js'

let network: TestNetwork
let town: ReturnType<typeof breakfastTown>

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'boundary', workers: 0, apis: [{}, { REQUESTS_PER_MINUTE: '3' }] })
  town = breakfastTown(network)
})
afterAll(() => network[Symbol.asyncDispose]())

const url = (api = 0): string => network.apis[api]?.url ?? ''
interface Answer { status: number, code: string | undefined, message: string | undefined, body: { data?: unknown, errors?: { message: string, extensions: Record<string, unknown> }[] } }

async function post(body: string, headers: Record<string, string> = {}, api = 0): Promise<Answer> {
  const response = await fetch(`${url(api)}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  const answer = await response.json() as Answer['body']
  return { status: response.status, body: answer, code: String(answer.errors?.[0]?.extensions['code']), message: answer.errors?.[0]?.message }
}
const ask = (query: string, variables: Record<string, unknown> = {}, token?: string): Promise<Answer> =>
  post(JSON.stringify({ query, variables }), token === undefined ? {} : { authorization: `Bearer ${token}` })

/** A bare graphql-transport-ws connection. */
function dial(api = 0) {
  const socket = new WebSocket(`${url(api).replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const messages: { type: string, id?: string, payload?: unknown }[] = []
  socket.on('message', (data) => { messages.push(JSON.parse(String(data)) as typeof messages[number]) })
  const closed = new Promise<number>((resolve) => { socket.on('close', resolve) })
  const opened = new Promise<void>((resolve, reject) => { socket.on('open', resolve).on('error', reject) })
  return {
    socket, messages, closed,
    async send(...sent: object[]): Promise<void> {
      await opened
      for (const message of sent) socket.send(JSON.stringify(message))
    },
    received: (type: string, id?: string) => eventually(async () => messages.find((message) => message.type === type && (id === undefined || message.id === id)), { limitMs: 10_000, everyMs: 10, what: `a message ${type}` }),
    subscribe: (query: string, id = '1', variables: object = {}) => ({ type: 'subscribe', id, payload: { query, variables } }),
  }
}
const init = (token?: string): object => ({ type: 'connection_init', payload: token === undefined ? {} : { authorization: `Bearer ${token}` } })

describe('who may do what', () => {
  const ROLES = ['ANONYMOUS', 'VOTER', 'INGEST', 'OBSERVER', 'AUDITOR', 'CLERK', 'MANAGER'] as const
  const ALLOWED: Record<string, readonly string[]> = {
    node: ROLES, election: ROLES, elections: ROLES, receipt: ROLES, viewer: ROLES, systemStatus: ROLES, signInWithVotingCode: ROLES,
    electionResults: ROLES, contestResults: ROLES, timeline: ROLES,
    castVote: ['VOTER'], castVotes: ['INGEST'],
    createElection: ['MANAGER'], publishElection: ['MANAGER'], openElection: ['MANAGER'], closeElection: ['MANAGER'], pauseElection: ['MANAGER'], resumeElection: ['MANAGER'], extendElection: ['MANAGER'], certifyElection: ['MANAGER'], registerVoters: ['MANAGER'], reissueVotingCode: ['MANAGER'],
    correctResults: ['CLERK'], updateElection: ['MANAGER'], electionChanged: ROLES,
  }
  const schema = buildSchema(printApiSchema())
  const roots = [['query', schema.getQueryType()], ['mutation', schema.getMutationType()], ['subscription', schema.getSubscriptionType()]] as const
  const fields = roots.flatMap(([operation, type]) => Object.values(type?.getFields() ?? {}).map((field) => ({ operation, field })))

  test('the table below knows every root field', () => {
    expect(fields.map(({ field }) => field.name).toSorted()).toEqual(Object.keys(ALLOWED).toSorted())
  })

  test.each(fields.map(({ operation, field }) => [field.name, operation, field] as const))('%s is for those it is for', async (name, operation, field) => {
    const id = await town.open()
    const [code = ''] = await town.register(id, 1)
    const { token: voter } = await town.signIn(id, code)
    for (const role of ROLES) {
      const token = role === 'ANONYMOUS' ? undefined : role === 'VOTER' ? voter : await network.issueToken({ role })
      const document = documentFor(operation, field)
      const answered = operation === 'subscription' ? await subscribeOnce(document, token) : await codeOf(document, token)
      const expected = ALLOWED[name]?.includes(role) === true ? 'let in' : role === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
      expect(answered === 'UNAUTHENTICATED' || answered === 'FORBIDDEN' ? answered : 'let in', `${name} as ${role}`).toBe(name === 'signInWithVotingCode' ? answered === 'RATE_LIMITED' ? 'let in' : answered : expected)
    }
  })

  async function codeOf(document: string, token: string | undefined): Promise<string> {
    return (await ask(document, {}, token)).code ?? 'undefined'
  }
  async function subscribeOnce(document: string, token: string | undefined): Promise<string> {
    const connection = dial()
    await connection.send(init(token))
    await connection.received('connection_ack')
    await connection.send(connection.subscribe(document))
    const answer = await Promise.race([connection.received('next'), connection.received('error')])
    connection.socket.close()
    return answer.type === 'next' ? 'next' : String((answer.payload as { extensions: { code: string } }[])[0]?.extensions.code)
  }
})

/** The smallest document that asks for a field, with arguments that name nothing. */
function documentFor(operation: string, field: GraphQLField<unknown, unknown>): string {
  const needed = field.args.filter(({ type, defaultValue }: GraphQLArgument) => isNonNullType(type) && defaultValue === undefined)
  const args = needed.map(({ name, type }) => `${name}: ${literalOf(type)}`).join(', ')
  const type = getNamedType(field.type)
  const inner = isObjectType(type) || isUnionType(type) || 'getFields' in type ? ' { __typename }' : ''
  return `${operation} { ${field.name}${args === '' ? '' : `(${args})`}${inner} }`
}

function literalOf(type: GraphQLInputType): string {
  const bare = isNonNullType(type) ? type.ofType : type
  if (isListType(bare)) return '[]'
  if (isEnumType(bare)) return bare.getValues()[0]?.name ?? ''
  if (isInputObjectType(bare)) return `{ ${Object.values(bare.getFields()).filter((input) => isNonNullType(input.type)).map((input) => `${input.name}: ${literalOf(input.type)}`).join(', ')} }`
  if (bare.name === 'JSONObject') return '{}'
  if (bare.name === 'Int') return '1'
  if (bare.name === 'DateTime' || bare.name === 'Instant') return '"2030-01-01T00:00:00Z"'
  return '"e1"'
}

describe('drafts', () => {
  test('are seen by officials alone', async () => {
    const id = await town.create()
    const see = async (token?: string) => (await ask('query($id: ID!) { election(id: $id) { id } node(id: $id) { id } }', { id }, token)).body.data
    const inList = async (token?: string) => JSON.stringify((await ask('{ elections(first: 200, filter: { phases: [DRAFT, OPEN] }) { nodes { id } } }', {}, token)).body.data).includes(`"${id}"`)
    for (const token of [undefined, network.tokens.ingest]) {
      expect(await see(token)).toEqual({ election: null, node: null })
      expect(await inList(token)).toBe(false)
    }
    for (const token of [network.tokens.manager, await network.issueToken({ role: 'OBSERVER' })]) {
      expect(await see(token)).toEqual({ election: { id }, node: { id } })
      expect(await inList(token)).toBe(true)
    }
  })
})

describe('a token', () => {
  test('that is none is refused before anything is read', async () => {
    for (const authorization of ['Bearer x.y.z', 'Basic dXNlcg==', `Bearer ${await network.issueToken({ role: 'MANAGER', expiresInSeconds: -5 })}`]) {
      expect(await post('not even JSON', { authorization })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    }
    const connection = dial()
    await connection.send(init('x.y.z'))
    expect(await connection.closed).toBe(4401)
  })

  test('that expires ends its WebSocket with 4401', async () => {
    const connection = dial()
    await connection.send(init(await network.issueToken({ role: 'OBSERVER', expiresInSeconds: 2 })))
    await connection.received('connection_ack')
    expect(await connection.closed).toBe(4401)
  })
})

describe('what is told of errors', () => {
  const FAULTS: [string, string, Record<string, unknown>, string][] = [
    ['a mistake in the document', '{ secretField }', {}, 'BAD_USER_INPUT'],
    ['broken syntax', '{ viewer {', {}, 'BAD_USER_INPUT'],
    ['a variable that does not fit', 'query($n: Int) { elections(first: $n) { totalCount } }', { n: 'hush-hush' }, 'BAD_USER_INPUT'],
    ['a literal that does not fit', '{ elections(first: "hush-hush") { totalCount } }', {}, 'BAD_USER_INPUT'],
    ['a cursor of nobody', '{ elections(after: "hush-hush") { totalCount } }', {}, 'BAD_USER_INPUT'],
    ['a cursor that was tampered with', '{ elections(after: "WyJodXNoLWh1c2giLCIxIl0") { totalCount } }', {}, 'BAD_USER_INPUT'],
    ['text that no database can hold', 'query($s: String) { elections(filter: { search: $s }) { totalCount } }', { s: 'hush-hush\u0000' }, 'BAD_USER_INPUT'],
    ['a table that is gone', 'mutation { signInWithVotingCode(electionId: "e1", code: "7KQ2-M4XD-9TRB") { token } }', {}, 'INTERNAL_SERVER_ERROR'],
  ]
  beforeAll(async () => {
    await town.open()
    await network.pool.query('ALTER TABLE voter RENAME TO voter_hidden')
  })
  afterAll(() => network.pool.query('ALTER TABLE voter_hidden RENAME TO voter'))

  test.each(FAULTS)('is the same over HTTP and WebSocket: %s', async (_what, query, variables, code) => {
    const http = await ask(query, variables)
    const connection = dial()
    await connection.send(init())
    await connection.received('connection_ack')
    await connection.send(connection.subscribe(query, '1', variables))
    const answer = await Promise.race([connection.received('error'), connection.received('next')])
    const errors = answer.type === 'error' ? answer.payload as { message: string, extensions: { code: string } }[] : (answer.payload as { errors: { message: string, extensions: { code: string } }[] }).errors
    connection.socket.close()
    const texts = [JSON.stringify(http.body), JSON.stringify(answer)]
    for (const text of texts) expect(text).not.toMatch(/hush-hush|stack|node_modules|select |insert |postgres/i)
    expect([http.code, errors[0]?.extensions.code]).toEqual([code, code])
    const withoutId = (message = ''): string => message.replace(/[0-9a-f-]{36}/, 'ID')
    expect(withoutId(errors[0]?.message)).toBe(withoutId(http.message))
    if (code === 'INTERNAL_SERVER_ERROR') {
      const id = String(http.body.errors?.[0]?.extensions['id'])
      expect(await network.apis[0]?.log()).toContain(id)
    }
  })
})

describe('limits', () => {
  test('a large body is for those who bring many ballots or voters', async () => {
    const large = JSON.stringify({ query: '{ viewer { role } }', variables: { padding: 'x'.repeat(100_000) } })
    expect(await post(large)).toMatchObject({ status: 413, code: 'BAD_USER_INPUT' })
    expect(await post(large, { authorization: `Bearer ${network.tokens.ingest}` })).toMatchObject({ status: 200 })
    const huge = JSON.stringify({ query: '{ viewer { role } }', variables: { padding: 'x'.repeat(4_200_000) } })
    expect(await post(huge, { authorization: `Bearer ${network.tokens.ingest}` })).toMatchObject({ status: 413 })
  })

  test.each([
    ['too deep', `{ node(id: "x") { ... on ReportingUnit ${'{ parent '.repeat(12)} { id } ${'}'.repeat(12)} } }`, 'fields deep'],
    ['too many aliases', `{ ${Array.from({ length: 16 }, (_, at) => `a${at}: viewer { role }`).join(' ')} }`, '16 aliases'],
    ['too many tokens', `{ ${'viewer { role } '.repeat(300)} }`, 'token'],
    ['two mutations', 'mutation { openElection(id: "e1") { __typename } closeElection(id: "e1") { __typename } }', 'one mutation field'],
  ])('a document that is %s is refused over HTTP and WebSocket', async (_what, query, sentence) => {
    expect((await ask(query)).message).toContain(sentence)
    const connection = dial()
    await connection.send(init())
    await connection.received('connection_ack')
    await connection.send(connection.subscribe(query))
    expect(JSON.stringify((await connection.received('error')).payload)).toContain(sentence)
    connection.socket.close()
  })

  test('a body that is no JSON, or no GraphQL, is said to be so', async () => {
    expect(await post('{')).toMatchObject({ status: 400, code: 'BAD_USER_INPUT', message: 'The body of the request is not JSON.' })
    expect(await post('{}')).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' })
    expect(await post('viewer', { 'content-type': 'text/plain' })).toMatchObject({ status: 415, code: 'BAD_USER_INPUT' })
  })

  test('whoever asks too often has to wait, and is told how long', async () => {
    const answers: Answer[] = []
    for (let round = 0; round < 4; round += 1) answers.push(await post('{"query":"{ viewer { role } }"}', { authorization: `Bearer ${network.tokens.manager}` }, 1))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
    expect(answers[3]).toMatchObject({ code: 'RATE_LIMITED' })
    expect(answers[3]?.body.errors?.[0]?.extensions['retryAfterMs']).toBeGreaterThan(0)
  })

  test('of very many voting codes that are guessed at once few are looked up, and a right one works beside them', async () => {
    const id = await town.open()
    const [code = ''] = await town.register(id, 1)
    const guess = (typed: string) => ask('mutation($id: ID!, $code: String!) { signInWithVotingCode(electionId: $id, code: $code) { token } }', { id, code: typed })
    const answers = await Promise.all(Array.from({ length: 100 }, async () => (await guess('AAAA-AAAA-AAAA')).code ?? ''))
    expect(new Set(answers)).toEqual(new Set(['UNAUTHENTICATED', 'RATE_LIMITED']))
    expect(answers.filter((answer) => answer === 'UNAUTHENTICATED').length).toBeLessThanOrEqual(40)
    await vi.waitFor(async () => { expect((await guess(code)).body).toMatchObject({ data: { signInWithVotingCode: { token: expect.any(String) } } }) }, { timeout: 30_000, interval: 500 })
  })

  test('a WebSocket that says nothing is closed, and so is one that speaks something else', async () => {
    const silent = dial()
    expect(await silent.closed).toBe(4408)
    const early = dial()
    await early.send(early.subscribe('{ viewer { role } }'))
    expect(await early.closed).toBe(4401)
    const foreign = new WebSocket(`${url().replace('http', 'ws')}/elsewhere`)
    await expect(new Promise((resolve, reject) => { foreign.on('open', resolve).on('error', reject) })).rejects.toThrow(/404/)
  })

  test('a connection holds twenty subscriptions', async () => {
    const id = await town.open()
    const connection = dial()
    await connection.send(init())
    await connection.received('connection_ack')
    const document = `subscription { electionResults(electionId: "${id}") { revision } }`
    await connection.send(...Array.from({ length: 21 }, (_, at) => connection.subscribe(document, String(at))))
    expect(JSON.stringify((await connection.received('error')).payload)).toContain('at most 20 operations')
    await eventually(async () => connection.messages.filter(({ type }) => type === 'next').length === 20 ? true : undefined, { limitMs: 10_000, what: 'twenty first messages' })
    await connection.send({ type: 'complete', id: '3' }, connection.subscribe(document, 'again'))
    await connection.received('next', 'again')
    connection.socket.close()
  })
})

describe('the rest of the port', () => {
  test('health, metrics and pages are there', async () => {
    expect(await (await fetch(`${url()}/livez`)).json()).toEqual({ status: 'UP' })
    expect(await (await fetch(`${url()}/readyz`)).json(), 'everybody hears whether, not why').toEqual({ status: 'UP' })
    expect((await fetch(`${url()}/metrics`)).status).toBe(404)
    const metricsUrl = network.apis[0]?.metricsUrl
    expect(await (await fetch(`${metricsUrl}/readyz`)).json()).toEqual({ status: 'UP', postgres: 'UP', kafka: 'UP' })
    expect(await (await fetch(`${metricsUrl}/metrics`)).text()).toContain('livetally_cast_verdicts_total')
    const explore = await fetch(`${url()}/explore`)
    const html = await explore.text()
    expect(html).not.toMatch(/(src|href)="https?:/)
    expect(explore.headers.get('content-security-policy')).toContain("default-src 'none'")
    const page = await fetch(`${url()}/e/anything`, { headers: { accept: 'text/html' } })
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect((await fetch(`${url()}/no-such-file.js`)).status).toBe(404)
  })

  test('a taken port is told in a sentence, with exit code 1', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve) })
    const { port } = other.address() as AddressInfo
    const { spawn } = await import('node:child_process')
    const child = spawn(process.execPath, ['api/dist/index.js'], { env: { PATH: process.env['PATH'], DATABASE_URL: network.urlOf('api'), KAFKA_BROKERS: network.kafkaBrokers.join(','), TOPIC_PREFIX: network.topicPrefix, LIVETALLY_HOME: network.home, PORT: String(port) } })
    let told = ''
    child.stderr.on('data', (chunk) => { told += String(chunk) })
    const code = await new Promise((resolve) => { child.on('exit', resolve) })
    other.close()
    expect([code, told]).toEqual([1, `Port ${port} on 127.0.0.1 is taken by another program. Stop that, or set PORT to another one.\n`])
  })

  test('every wrong setting is named at once', async () => {
    const { spawnSync } = await import('node:child_process')
    const { status, stderr } = spawnSync(process.execPath, ['api/dist/index.js'], { env: { PATH: process.env['PATH'], PORT: 'eighty', LOG_LEVEL: 'loud' }, encoding: 'utf8' })
    expect(status).toBe(1)
    for (const name of ['DATABASE_URL', 'PORT', 'LOG_LEVEL']) expect(stderr).toContain(`${name}: `)
  })
})
