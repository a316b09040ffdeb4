import { awaitAdmission } from '@livetally/core/store'
import { masterKeyFingerprint, masterKeyOrigin, readMasterKey } from '@livetally/core/voting'
import type { Logger } from 'pino'
import type { ApiSettings } from '../settings.js'
import type { MetricsServer } from './metrics-server.js'
import { openWaitingRoom, type WaitingRoom } from './waiting-room.js'

/**
 * Resolves when the database is the one that this process knows, in its tables and its master key. Until then whoever comes
 * hears that the API is not available, and whoever looks after it hears why; it is looked at again every few seconds.
 */
export async function admit(settings: ApiSettings, logger: Logger, metricsServer: Pick<MetricsServer, 'tell'>): Promise<void> {
  const masterKey = await readMasterKey(settings)
  const key = { fingerprint: masterKeyFingerprint(masterKey), origin: masterKeyOrigin(settings) }
  let room: Promise<WaitingRoom> | undefined
  const failed = new AbortController()
  try {
    await awaitAdmission({ databaseUrl: settings.databaseUrl, role: 'api', key }, {
      signal: failed.signal,
      onObstacle: (sentence) => {
        metricsServer.tell({ readiness: async () => ({ isReady: false, detail: { reason: sentence } }) })
        logger.error({ event: 'NOT_ADMITTED' }, sentence)
        room ??= openWaitingRoom(settings)
        room.catch((error: unknown) => { failed.abort(error) })
      },
    })
  } catch (error) {
    failed.signal.throwIfAborted()
    throw error
  } finally {
    await (await room?.catch(() => undefined))?.[Symbol.asyncDispose]()
  }
  if (room !== undefined) logger.info({ event: 'ADMITTED' }, 'The database is the one that this release knows now.')
}
