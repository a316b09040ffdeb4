import { Client, DatabaseError } from 'pg'
import { inheritedEnvironment } from '../environment.js'
import { eventually } from '../processes/eventually.js'
import { freePort } from '../processes/free-port.js'
import { startGuardedProcess, type Exit, type GuardedProcess } from '../processes/guarded-process.js'
import { logSize, logTail, rotateLog } from '../processes/log-tail.js'
import { preparePostgresBinaries, type PostgresBinaries } from './binaries.js'
import { databaseUser, prepareDataFolder, type DataFolder } from './data-folder.js'
import { explainPostgresLog } from './explain.js'
import { openFor } from './owner.js'
import { postgresSettings, settingArguments } from './settings.js'

export type EmbeddedPostgresOptions = {
  /** Where the data live; made if missing. `<folder>.log` and `<folder>.password` stand beside it. */
  dataFolder: string
  /** Folder of things that can be made again, see `cacheRoot`. */
  cache: string
  /** Default: a free one. The same for the whole life of the object. */
  port?: number
  /** Made if missing. Default `livetally`. */
  database?: string
  /** Settings beyond or instead of the usual ones, by their Postgres names. */
  settings?: Record<string, string>
}

export type EmbeddedPostgres = {
  /** Connection string of the database, with user and password. */
  readonly url: string
  readonly port: number
  readonly pid: () => number | undefined
  readonly urlOf: (database: string) => string
  /** After `stop` or `kill`: starts again on the same port and data, and waits until it accepts connections. */
  readonly start: () => Promise<void>
  /** Closes connections, writes everything down, ends; by force after the limit (default 8 s): the log brings all back. */
  readonly stop: (limitMs?: number) => Promise<void>
  /** Kills the server's main process and waits until it is gone; the others see that and end by themselves. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>
  /** Settles when the process that runs now is gone, for whatever reason. */
  readonly exited: () => Promise<Exit>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/** Starts a Postgres of our own. Resolves when it accepts connections; throws `LocalFault` with one sentence. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataFolder, cache, database = 'livetally' } = options
  const binaries = await preparePostgresBinaries(cache)
  const port = options.port ?? (await freePort())
  const settings = { ...postgresSettings(port), ...options.settings }
  const log = `${dataFolder}.log`
  let data: DataFolder = await prepareDataFolder(dataFolder, binaries)
  const urlOf = (name: string) => `postgres://${databaseUser}:${data.password}@127.0.0.1:${port}/${name}`
  const run = () => launch({ data, binaries, settings, log, url: urlOf('postgres') })
  await rotateLog(log)
  let running = await run()
  await ensureDatabase(urlOf('postgres'), database)

  const start = async () => {
    if (running.exit() === undefined) return
    data = await prepareDataFolder(dataFolder, binaries)
    running = await run()
  }
  const stop = async (limitMs = 8000) => {
    await running.stop([{ signal: 'SIGINT', waitMs: limitMs }, { signal: 'SIGQUIT', waitMs: 1000 }])
  }
  return {
    url: urlOf(database),
    port,
    pid: () => (running.exit() === undefined ? running.pid : undefined),
    urlOf,
    start,
    stop,
    kill: async (signal = 'SIGKILL') => {
      running.signal(signal)
      await running.exited
    },
    exited: () => running.exited,
    [Symbol.asyncDispose]: () => stop(),
  }
}

type Launch = { data: DataFolder, binaries: PostgresBinaries, settings: Record<string, string>, log: string, url: string }

/** After a crash the dead server's last processes may hold its shared memory for a moment: worth a few more tries. */
const stillHeld = /shared memory block .* is still in use|lock file .* already exists/

async function launch(launchOptions: Launch): Promise<GuardedProcess> {
  const { data, log } = launchOptions
  const deadline = performance.now() + 15_000
  for (;;) {
    const before = await logSize(log)
    const started = await spawnPostgres(launchOptions)
    const ready = await waitUntilReady(launchOptions.url, started)
    if (ready) return started
    const news = await logTail(log, Math.max(0, (await logSize(log)) - before))
    if (!stillHeld.test(news) || performance.now() > deadline) throw explainPostgresLog(news, data.folder)
  }
}

async function spawnPostgres({ data, binaries, settings, log }: Launch): Promise<GuardedProcess> {
  await using reachable = await openFor(data.owner, [data.folder])
  return await startGuardedProcess({
    command: binaries.postgres,
    args: ['-D', ...reachable.paths, ...settingArguments(settings)],
    cwd: '/',
    env: inheritedEnvironment(),
    logFile: log,
    farewell: 'INT',
    descriptors: reachable.descriptors,
    ...data.owner,
  })
}

/** `true` once it answers a query, `false` if the process ended first. Recovery after a crash may take a while. */
async function waitUntilReady(url: string, postgres: GuardedProcess): Promise<boolean> {
  const outcome = async () => {
    if (postgres.exit() !== undefined) return 'ended'
    await query(url, 'SELECT 1')
    return 'ready'
  }
  return (await eventually(outcome, { limitMs: 120_000, what: 'Postgres to accept connections' })) === 'ready'
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(sql)
  } finally {
    await client.end().catch(() => undefined)
  }
}

const duplicateDatabase = '42P04'

async function ensureDatabase(url: string, name: string): Promise<void> {
  await query(url, `CREATE DATABASE "${name.replaceAll('"', '""')}"`).catch((error: unknown) => {
    if (!(error instanceof DatabaseError) || error.code !== duplicateDatabase) throw error
  })
}
