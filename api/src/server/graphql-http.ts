import type { IncomingMessage } from 'node:http'
import { ApolloServer } from '@apollo/server'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import { ANONYMOUS, identify, type Identity } from '../auth/identity.js'
import { addressOf, type TrustedProxies } from './client-address.js'
import type { RequestContext, Services } from './context.js'
import { ApiError, rateLimited } from './errors.js'
import type { Masking } from './masking.js'
import type { RequestLimit } from './rate-limit.js'
import { readJsonBody } from './request-body.js'
import { LIMIT_RULES, PARSE_OPTIONS } from './rules.js'
import { whoAsks } from './who-asks.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking; known before the body is read, because it decides how large the body may be. */
    identity: Identity
    /** Where they ask from, as limits count it. */
    address: string
  }
}

interface Dependencies { schema: GraphQLSchema, services: Services, masking: Masking, limit: RequestLimit, proxies: TrustedProxies, logger: Logger, countError: (code: string) => void }

/** GraphQL over HTTP at /graphql: POST, and GET for queries. Resolves with what stops it. */
export async function serveGraphqlOverHttp(server: FastifyInstance, { schema, services, masking, limit, proxies, logger, countError }: Dependencies): Promise<() => Promise<void>> {
  const apollo = new ApolloServer<RequestContext>({
    schema,
    introspection: true,
    validationRules: [...LIMIT_RULES],
    parseOptions: PARSE_OPTIONS,
    formatError: (_formatted, error) => {
      const masked = masking(error).toJSON()
      countError(String(masked.extensions?.['code']))
      return masked
    },
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: { debug: () => undefined, info: () => undefined, warn: (message) => logger.warn(message), error: (message) => logger.error(message) },
  })
  await apollo.start()

  const context = async (request: FastifyRequest): Promise<RequestContext> => ({ identity: request.identity, address: request.address, services, shown: new Map() })
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', (request: FastifyRequest, payload: IncomingMessage) => readJsonBody(request, payload, mostBytes(request.identity)))
    scope.addHook('onRequest', async (request) => {
      request.address = addressOf(request.raw, proxies)
      const admitted = await identify(services.tokens, request.headers.authorization).then((identity) => ({ identity }), (refusal: unknown) => ({ identity: ANONYMOUS, refusal }))
      const waitMs = await limit(whoAsks(admitted.identity, request.address))
      if (waitMs > 0) throw rateLimited('Too many requests came from you within a minute.', waitMs)
      if ('refusal' in admitted) throw admitted.refusal
      request.identity = admitted.identity
    })
    scope.setErrorHandler(async (error, _request, reply) => refuse(reply, error, masking, countError))
    scope.route({ method: ['GET', 'POST'], url: '/graphql', handler: fastifyApolloHandler(apollo, { context }) })
  })
  return () => apollo.stop()
}

const KIB = 1024
const MOST_BYTES = 64 * KIB
const MOST_BYTES_IN_BULK = 4 * KIB * KIB

function mostBytes({ role }: Identity): number {
  return role === 'INGEST' || role === 'MANAGER' ? MOST_BYTES_IN_BULK : MOST_BYTES
}

const STATUS: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 400, UNAUTHENTICATED: 401, FORBIDDEN: 403, NOT_FOUND: 404, RATE_LIMITED: 429, UNAVAILABLE: 503, INTERNAL_SERVER_ERROR: 500,
}

/** A request that did not get as far as GraphQL is answered in GraphQL's form nevertheless. */
function refuse(reply: FastifyReply, error: unknown, masking: Masking, countError: (code: string) => void): FastifyReply {
  const masked = masking(unreadable(error) ?? error).toJSON()
  const code = String(masked.extensions?.['code'])
  const retryAfterMs = masked.extensions?.['retryAfterMs']
  countError(code)
  if (typeof retryAfterMs === 'number') void reply.header('retry-after', Math.ceil(retryAfterMs / 1_000))
  const http = masked.extensions?.['status']
  return reply.code(typeof http === 'number' ? http : STATUS[code] ?? 500).send({ errors: [masked] })
}

/** Fastify's own refusals (a media type it does not know, a broken address) are the client's faults. */
function unreadable(error: unknown): ApiError | undefined {
  const status = error instanceof Error && !(error instanceof ApiError) && 'statusCode' in error ? error.statusCode : undefined
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined
  return new ApiError('BAD_USER_INPUT', 'This request cannot be read. Send GraphQL as JSON, with `content-type: application/json`.', { status })
}
