import 'reflect-metadata'
import type { EventLog } from '@livetally/core/events'
import type { GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import { admit } from './server/admit.js'
import { openMetricsServer, type MetricsServer } from './server/metrics-server.js'
import { buildApiSchema } from './schema/build-schema.js'
import { createServices } from './server/create-services.js'
import { startServer } from './server/server.js'
import type { ApiSettings } from './settings.js'

export type { ApiLimits, ApiSettings } from './settings.js'
export { PortTakenError } from './server/port-taken.js'

export interface RunningApi extends AsyncDisposable {
  /** Where it listens, such as `http://localhost:4000`. */
  readonly url: string
  /** Where `/readyz` with its reasons and `/metrics` are, such as `http://127.0.0.1:4001`. */
  readonly metricsUrl: string
}

/**
 * Starts an API process: it is ready when this resolves. Until then it answers on its port that it is not, and on that of the
 * metrics why, for as long as the database is not the one that it knows. Rejects with a sentence for a person where the port is taken, the
 * database cannot be reached or the master key cannot be read. The event log stays the caller's. `schema`: built already (`buildApiSchema`).
 */
export async function startApi(settings: ApiSettings, { schema = buildApiSchema(), ...deps }: { eventLog: EventLog, logger: Logger, schema?: GraphQLSchema }): Promise<RunningApi> {
  const metricsServer = await openMetricsServer({ host: settings.metricsHost ?? '127.0.0.1', port: settings.metricsPort ?? 0 })
  try {
    await admit(settings, deps.logger, metricsServer)
    return await serve(settings, { ...deps, schema, metricsServer })
  } catch (error) {
    await metricsServer[Symbol.asyncDispose]()
    throw error
  }
}

async function serve(settings: ApiSettings, { metricsServer, schema, ...deps }: { eventLog: EventLog, logger: Logger, schema: GraphQLSchema, metricsServer: MetricsServer }): Promise<RunningApi> {
  const backing = await createServices(settings, deps)
  try {
    const server = await startServer(settings, backing, { logger: deps.logger, schema, metricsServer })
    return {
      url: server.url,
      metricsUrl: metricsServer.url,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]()
        await metricsServer[Symbol.asyncDispose]()
        await backing[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await backing[Symbol.asyncDispose]()
    throw error
  }
}
