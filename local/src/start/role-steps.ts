import { DATABASE_ROLES, findObstacle, loginUrl, type DatabaseRole } from '@livetally/core/store'
import { masterKeyFingerprint, masterKeyOrigin, readMasterKey } from '@livetally/core/voting'
import { join } from 'node:path'
import { settingsFor } from '../environment.js'
import { LocalFault } from '../fault.js'
import { keepPasswords } from '../logins/password-folder.js'
import { entries } from '../project-root.js'
import { freePort } from '../processes/free-port.js'
import { createRoleProcess, type RoleProcess } from '../processes/role-process.js'
import { WORKER_FLAGS } from '../processes/worker-flags.js'
import { runCommand } from '../processes/run-command.js'
import type { StartContext } from './context.js'
import type { EventLogChoice } from './kafka-step.js'
import type { OwnedDatabase } from './postgres-step.js'
import type { Step } from './steps.js'

/** The database as each login sees it. */
export type DatabaseUrls = Readonly<Record<DatabaseRole, string>>

/** How a role is told where everything is; the database each is told by its own login. */
export function roleSettings({ environment, home }: StartContext, eventLog: EventLogChoice): Record<string, string> {
  return {
    NODE_ENV: 'production',
    LOG_LEVEL: environment.LOG_LEVEL,
    TOPIC_PREFIX: environment.TOPIC_PREFIX,
    LIVETALLY_HOME: home,
    ...(eventLog.kind === 'kafka' ? { KAFKA_BROKERS: eventLog.brokers } : {}),
    // The embedded Kafka asks nobody.
    ...(environment.KAFKA_BROKERS === undefined ? {} : settingsFor('kafka')),
    ...(environment.LIVETALLY_MASTER_KEY === undefined ? {} : { LIVETALLY_MASTER_KEY: environment.LIVETALLY_MASTER_KEY }),
  }
}

/**
 * In a process of its own, the only one that comes as the owner, which takes its memory along when it is done. Results in how
 * everybody else comes: passwords of a server of ours are those of our folder, whatever was before.
 */
export function migrationStep({ home, signal }: StartContext, { ownerUrl, isOurs }: OwnedDatabase, settings: Record<string, string>): Step<DatabaseUrls> {
  return {
    title: 'Migrations and topics',
    work: async () => {
      const folder = join(home, 'logins')
      const { passwords } = await keepPasswords(folder)
      const own = { ...settings, DATABASE_URL: ownerUrl, LOGINS_FOLDER: folder }
      const { code, stderr } = await runCommand('migrate', ['--patience', '100', ...isOurs ? ['--new-passwords'] : []], own, { limitMs: 120_000, signal })
      if (code !== 0) throw new LocalFault(`Tables and topics could not be prepared: ${tellingLine(stderr) ?? `exit code ${code}`}`)
      return Object.fromEntries(DATABASE_ROLES.map((role) => [role, loginUrl(ownerUrl, role, passwords[role])])) as Record<DatabaseRole, string>
    },
  }
}

/** The line that says what went wrong; a stack's own lines say where. */
function tellingLine(output: string): string | undefined {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0]
}

/** Whether the database was set up with our master key: what runs would only say so in its log. */
export function keyStep({ environment, home }: StartContext, { api: databaseUrl }: DatabaseUrls): Step<void> {
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

export function apiStep(context: StartContext, { api }: DatabaseUrls, settings: Record<string, string>): Step<void> {
  const { PORT, HOST } = context.environment
  return {
    title: 'API and web page',
    work: () => startRole(context, createRoleProcess({
      name: 'api',
      entry: entries.api,
      env: { ...settings, ...settingsFor('api'), DATABASE_URL: api, PORT: String(PORT), HOST },
      logFile: join(context.logs, 'api.log'),
      nodeFlags: ['--max-old-space-size=640'],
      keepsSpare: true,
      readyUrl: `http://${HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST}:${PORT}/readyz`,
    })),
  }
}

export function workersStep(context: StartContext, { worker, ingest }: DatabaseUrls, settings: Record<string, string>): Step<void> {
  return {
    title: 'Stream workers',
    work: async () => {
      const port = await freePort()
      await startRole(context, createRoleProcess({
        name: 'workers',
        entry: entries.workers,
        env: { ...settings, ...settingsFor('workers'), DATABASE_URL: worker, INGEST_DATABASE_URL: ingest, WORKER_PORT: String(port) },
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
