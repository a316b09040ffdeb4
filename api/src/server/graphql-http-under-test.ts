import { fastify, type FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { createTokens, type Tokens } from '../auth/tokens.js'
import { buildApiSchema } from '../schema/build-schema.js'
import { tokenBookUnderTest, type TokenBookUnderTest } from '../testing/token-book-under-test.js'
import { readTrustedProxies, NO_PROXY } from './client-address.js'
import { readAllowedOrigins } from './cross-origin.js'
import type { Services } from './context.js'
import { createClientCosts, type ClientCosts } from './cost/client-cost.js'
import { serveGraphqlOverHttp } from './graphql-http.js'
import { createMasking } from './masking.js'
import { createRequestLimit } from './rate-limit.js'

export interface HttpUnderTest extends AsyncDisposable {
  readonly server: FastifyInstance
  readonly tokens: Tokens
  /** What is known of tokens: revoke, rotate and hide it at will. */
  readonly book: TokenBookUnderTest
  /** What the log says, a line each. */
  readonly lines: string[]
  /** Codes of the errors that were counted. */
  readonly counted: string[]
}

const schema = buildApiSchema()

/** GraphQL over HTTP without a port, a database or elections. */
export async function serveUnderTest({ requestsPerMinute = 1_000_000, trustProxy = 'false', allowedOrigins = '*', services = {}, costs = createClientCosts() }: { requestsPerMinute?: number, trustProxy?: string, allowedOrigins?: string, services?: Partial<Services>, costs?: ClientCosts } = {}): Promise<HttpUnderTest> {
  const lines: string[] = []
  const counted: string[] = []
  const logger = pino({ level: 'info' }, { write: (line: string) => { lines.push(line) } })
  const book = tokenBookUnderTest()
  const tokens = createTokens(book)
  const server = fastify()
  const stop = await serveGraphqlOverHttp(server, {
    schema, logger, services: { tokens, logger, ...services } as Services, masking: createMasking(logger), limit: createRequestLimit(requestsPerMinute), costs,
    proxies: readTrustedProxies(trustProxy) ?? NO_PROXY, origins: readAllowedOrigins(allowedOrigins) ?? 'ANY', countError: (code) => { counted.push(code) },
  })
  return { server, tokens, book, lines, counted, async [Symbol.asyncDispose]() { await server.close(); await stop() } }
}
