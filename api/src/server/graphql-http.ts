import type { IncomingMessage } from 'node:http'
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ANONYMOUS, identify, type Identity } from '../auth/identity.js'
import { addressOf } from './client-address.js'
import type { RequestContext } from './context.js'
import { openAccount } from './cost/client-cost.js'
import { crossOriginHeaders, preflightHeaders } from './cross-origin.js'
import { createDocumentDoor } from './document-door.js'
import { ApiError, notFound } from './errors.js'
import { queryIn, readGraphqlRequest, searchOf } from './graphql-request.js'
import { takeRequest } from './rate-limit.js'
import { refuse } from './refusal.js'
import { readJsonBody, refusePacked } from './request-body.js'
import { LIMIT_RULES, PARSE_OPTIONS } from './rules.js'
import type { Serving } from './serving.js'
import { whoAsks } from './who-asks.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking; known before the body is read, because it decides how large the body may be. */
    identity: Identity
    /** Where they ask from, as limits count it. */
    address: string
  }
}

interface Dependencies extends Serving { countError: (code: string) => void }

/** GraphQL over HTTP at /graphql: POST, and GET for queries. Resolves with what stops it. */
export async function serveGraphqlOverHttp(server: FastifyInstance, { schema, services, masking, limit, costs, proxies, origins, logger, countError }: Dependencies): Promise<() => Promise<void>> {
  const apollo = new ApolloServer<RequestContext>({
    schema,
    introspection: true,
    validationRules: [...LIMIT_RULES],
    parseOptions: PARSE_OPTIONS,
    plugins: [OVER_HTTP],
    // A page cannot make a browser send what changes anything: GET answers queries alone, POST takes nothing but JSON.
    csrfPrevention: false,
    formatError: (_formatted, error) => {
      const { extensions: { http: _http, ...extensions } = {}, ...masked } = masking(error).toJSON()
      countError(String(extensions['code']))
      return { ...masked, extensions }
    },
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: { debug: () => undefined, info: () => undefined, warn: (message) => logger.warn(message), error: (message) => logger.error(message) },
  })
  await apollo.start()
  const documents = createDocumentDoor()

  const admit = async (request: FastifyRequest): Promise<void> => {
    request.address = addressOf(request.raw, proxies)
    const admitted = await identify(services.tokens, request.headers.authorization).then((identity) => ({ identity }), (refusal: unknown) => ({ identity: ANONYMOUS, refusal }))
    await takeRequest(limit, whoAsks(admitted.identity, request.address))
    if ('refusal' in admitted) throw admitted.refusal
    request.identity = admitted.identity
    refusePacked(request)
  }
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (isPersonReading(request)) return reply.redirect(`/explore${searchOf(request.url)}`, 302)
    const cost = openAccount(costs, whoAsks(request.identity, request.address))
    const context = async (): Promise<RequestContext> => ({ identity: request.identity, address: request.address, connection: request.raw.socket, services, cost, shown: new Map() })
    const httpGraphQLRequest = readGraphqlRequest(request)
    await documents.admit(queryIn(httpGraphQLRequest), cost)
    const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context })
    for (const [name, value] of headers) void reply.header(name, value)
    if (body.kind !== 'complete') throw new Error('Nothing here answers in pieces.')
    return reply.code(status ?? 200).send(body.string)
  }
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', (request: FastifyRequest, payload: IncomingMessage) => readJsonBody(request, payload, mostBytes(request.identity)))
    scope.addHook('onRequest', async (request, reply) => {
      void reply.headers(crossOriginHeaders(origins, request.headers))
      await admit(request)
    })
    scope.setErrorHandler(async (error, _request, reply) => refuse(reply, error, masking, countError))
    scope.route({ method: ['GET', 'POST'], url: '/graphql', handler: answer })
    scope.options('/graphql', async (_request, reply) => reply.code(204).headers(preflightHeaders(origins)).send())
    scope.route({ method: ['PUT', 'PATCH', 'DELETE'], url: '/graphql', handler: async (_request, reply) => { void reply.header('allow', 'GET, POST'); throw new ApiError('BAD_USER_INPUT', 'GraphQL is asked by POST, queries by GET, too.', { status: 405 }) } })
    scope.all('/graphql/*', async () => { throw notFound('There is nothing here. GraphQL is at /graphql.') })
  })
  return () => apollo.stop()
}

/** What GraphQL over HTTP asks for beyond GraphQL: no streams, and the status that a client understands. */
const OVER_HTTP: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation }) => {
      if (operation?.operation === 'subscription') throw new ApiError('BAD_USER_INPUT', 'A subscription needs a stream: open a WebSocket at /graphql (graphql-transport-ws).', { http: { status: 400 } })
    },
    willSendResponse: async ({ source, operation, request, response: { http } }) => {
      const isOfGraphql = source !== undefined && operation?.operation !== 'subscription'
      if (http.status === 400 && isOfGraphql && takesPlainJsonAlone(request.http?.headers.get('accept'))) http.status = 200
    },
  }),
}

/** Clients from before `application/graphql-response+json` take any other status than 200 for an answer that is no GraphQL. */
function takesPlainJsonAlone(accept = ''): boolean {
  return accept.includes('application/json') && !accept.includes('application/graphql-response+json')
}

/** Whoever opens the address in a browser is looking for something to read. */
function isPersonReading({ method, headers: { accept = '' } }: FastifyRequest): boolean {
  return method === 'GET' && accept.includes('text/html') && !/application\/(graphql-response\+)?json/.test(accept)
}

const KIB = 1024
const MOST_BYTES = 64 * KIB
const MOST_BYTES_IN_BULK = 4 * KIB * KIB

function mostBytes({ role }: Identity): number {
  return role === 'INGEST' || role === 'MANAGER' ? MOST_BYTES_IN_BULK : MOST_BYTES
}
