import { findObstacle } from '@livetally/core/store'
import { masterKeyFingerprint, masterKeyOrigin, readMasterKey } from '@livetally/core/voting'
import { join } from 'node:path'
import { settingsFor } from '../environment.js'
import { LocalFault } from '../fault.js'
import { entries } from '../project-root.js'
import { freePort } from '../processes/free-port.js'
import { createRoleProcess, type RoleProcess } from '../processes/role-process.js'
import { WORKER_FLAGS } from '../processes/worker-flags.js'
import { runCommand } from '../processes/run-command.js'
import type { StartContext } from './context.js'
import type { EventLogChoice } from './kafka-step.js'
import type { Step } from './steps.js'

/** How a role is told where everything is. */
export function roleSettings({ environment, home }: StartContext, databaseUrl: string, eventLog: EventLogChoice): Record<string, string> {
  return {
    NODE_ENV: 'production',
    LOG_LEVEL: environment.LOG_LEVEL,
    DATABASE_URL: databaseUrl,
    TOPIC_PREFIX: environment.TOPIC_PREFIX,
    LIVETALLY_HOME: home,
    ...(eventLog.kind === 'kafka' ? { KAFKA_BROKERS: eventLog.brokers } : {}),
    // The embedded Kafka asks nobody.
    ...(environment.KAFKA_BROKERS === undefined ? {} : settingsFor('kafka')),
    ...(environment.LIVETALLY_MASTER_KEY === undefined ? {} : { LIVETALLY_MASTER_KEY: environment.LIVETALLY_MASTER_KEY }),
  }
}

/** In a process of its own, which takes its memory along when it is done. */
export function migrationStep({ signal }: StartContext, settings: Record<string, string>): Step<void> {
  return {
    title: 'Migrations and topics',
    work: async () => {
      const { code, stderr } = await runCommand('migrate', ['--patience', '100'], settings, { limitMs: 120_000, signal })
      if (code !== 0) throw new LocalFault(`Tables and topics could not be prepared: ${tellingLine(stderr) ?? `exit code ${code}`}`)
    },
  }
}

/** The line that says what went wrong; a stack's own lines say where. */
function tellingLine(output: string): string | undefined {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0]
}

/** Whether the database was set up with our master key: what runs would only say so in its log. */
export function keyStep({ environment, home }: StartContext, databaseUrl: string): Step<void> {
  return {
    title: 'Master key',
    work: async () => {
      const place = { home, masterKey: environment.LIVETALLY_MASTER_KEY }
      const key = { fingerprint: masterKeyFingerprint(await readMasterKey(place)), origin: masterKeyOrigin(place) }
      const obstacle = await findObstacle({ databaseUrl, role: 'api', key })
      if (obstacle !== undefined) throw new LocalFault(obstacle)
    },
  }
}

export function apiStep(context: StartContext, settings: Record<string, string>): Step<void> {
  const { PORT, HOST } = context.environment
  return {
    title: 'API and web page',
    work: () => startRole(context, createRoleProcess({
      name: 'api',
      entry: entries.api,
      env: { ...settings, ...settingsFor('api'), PORT: String(PORT), HOST },
      logFile: join(context.logs, 'api.log'),
      nodeFlags: ['--max-old-space-size=640'],
      keepsSpare: true,
      readyUrl: `http://${HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST}:${PORT}/readyz`,
    })),
  }
}

export function workersStep(context: StartContext, settings: Record<string, string>): Step<void> {
  return {
    title: 'Stream workers',
    work: async () => {
      const port = await freePort()
      await startRole(context, createRoleProcess({
        name: 'workers',
        entry: entries.workers,
        env: { ...settings, ...settingsFor('workers'), WORKER_PORT: String(port) },
        logFile: join(context.logs, 'workers.log'),
        nodeFlags: ['--max-old-space-size=768', ...WORKER_FLAGS],
        readyUrl: `http://127.0.0.1:${port}/readyz`,
      }))
    },
  }
}

async function startRole(context: StartContext, role: RoleProcess): Promise<void> {
  // Registered first: a role that never gets ready has to be stopped, too.
  context.cleanup.defer(() => role.stop(4000))
  await role.start()
  context.watch(role.name, role)
}
