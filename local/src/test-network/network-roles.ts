import { join } from 'node:path'
import { entries } from '../project-root.js'
import { freePort } from '../processes/free-port.js'
import { createRoleProcess, type RoleProcess } from '../processes/role-process.js'
import { WORKER_FLAGS } from '../processes/worker-flags.js'

export type Settings = Record<string, string>

/** One process' own settings on top of those of its role; a function of them where they build on those, such as another way to Postgres. */
export type OwnSettings = Settings | ((network: Settings) => Settings)

/** `2`: two alike. A list: one for each, with settings of its own. */
export type RoleCount = number | readonly OwnSettings[]

export type NetworkRole = RoleProcess & {
  /** Where it listens: the API's address, or that of a worker's /livez, /readyz and /metrics. */
  readonly url: string
  /** Where its /metrics are, and its /readyz with the reasons: of a worker the same address. */
  readonly metricsUrl: string
}

type RolePlan = { role: 'api' | 'workers', count: RoleCount, settings: Settings, folder: string, keepsSpare?: boolean | undefined }

/** Prepares processes of one role, each on a free port that it keeps over restarts. Nothing is started yet. */
export function planRoles({ role, count, settings, folder, keepsSpare = false }: RolePlan): Promise<NetworkRole[]> {
  const each = typeof count === 'number' ? Array.from({ length: count }, (): OwnSettings => ({})) : count
  return Promise.all(each.map(async (own, index) => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const metricsPort = role === 'api' ? await freePort() : port
    const process = createRoleProcess({
      name: `${role} ${index}`,
      entry: entries[role],
      env: { ...settings, ...(role === 'api' ? { PORT: String(port), METRICS_PORT: String(metricsPort) } : { WORKER_PORT: String(port) }), ...(typeof own === 'function' ? own(settings) : own) },
      logFile: join(folder, `${role}-${index}.log`),
      nodeFlags: role === 'workers' ? WORKER_FLAGS : [],
      readyUrl: `${url}/readyz`,
      keepsSpare,
    })
    return { ...process, url, metricsUrl: `http://127.0.0.1:${metricsPort}` }
  }))
}
