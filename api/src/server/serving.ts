import type { GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import type { TrustedProxies } from './client-address.js'
import type { Services } from './context.js'
import type { ClientCosts } from './cost/client-cost.js'
import type { AllowedOrigins } from './cross-origin.js'
import type { Masking } from './masking.js'
import type { RequestLimit } from './rate-limit.js'

/** What GraphQL is served with, over HTTP and WebSocket alike: one schema, one way of telling errors, the same limits. */
export interface Serving {
  schema: GraphQLSchema
  services: Services
  masking: Masking
  limit: RequestLimit
  costs: ClientCosts
  proxies: TrustedProxies
  origins: AllowedOrigins
  logger: Logger
}
