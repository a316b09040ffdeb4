import { setTimeout as pause } from 'node:timers/promises'
import { LocalFault } from '../fault.js'
import type { Cleanup } from '../processes/cleanup.js'
import { isPortFree } from '../processes/free-port.js'
import type { StartContext } from './context.js'
import { awaitVotingCodes, createDemo } from './demo.js'
import { startInProcess } from './in-process.js'
import { kafkaStep, type EventLogChoice } from './kafka-step.js'
import { createLocalTokens, revokeLeftTokens } from './local-tokens.js'
import { postgresStep, reasonOf, type OwnedDatabase } from './postgres-step.js'
import { apiStep, keyStep, migrationStep, roleSettings, workersStep, type DatabaseUrls } from './role-steps.js'
import { runningFile, writeRunningFile, type RunningSystem } from './running-file.js'
import { runSteps } from './steps.js'
import { supervise } from './supervise.js'

export type StartedSystem = { url: string, votingCodes: readonly string[], withoutKafka: string | undefined, kafkaBrokers: string | null }

export type StartSystemOptions = Omit<StartContext, 'cleanup' | 'watch'> & { cleanup: Cleanup }

/** Brings everything up, in the order of architecture.md "How it starts". What was started is in `cleanup`, also after a failure. */
export async function startSystem(options: StartSystemOptions): Promise<StartedSystem> {
  const { cleanup, environment, signal, say } = options
  await checkPort(environment.HOST, environment.PORT)
  const watch: StartContext['watch'] = (name, supervised, isFinished) => {
    void supervise({ name, supervised, say, signal, pause: (ms, abort) => pause(ms, undefined, { signal: abort }), ...(isFinished === undefined ? {} : { isFinished }) })
  }
  const phase = (): StartContext => ({ ...options, watch, cleanup: cleanup.group() })

  const servers = phase()
  const { postgres, kafka: eventLog } = await runSteps({ postgres: postgresStep(servers), kafka: kafkaStep(servers) })
  signal.throwIfAborted()
  const roles = phase()
  const { api, worker, auditor } = await startRoles(roles, postgres, eventLog)
  signal.throwIfAborted()

  const url = `http://localhost:${environment.PORT}`
  const system = await noteSystem(options, {
    url,
    databaseUrls: { api, worker, auditor },
    kafkaBrokers: eventLog.kind === 'kafka' ? eventLog.brokers : null,
    topicPrefix: environment.TOPIC_PREFIX,
    pid: process.pid,
  })
  const votingCodes = options.choices.demo ? await startDemo(phase(), system) : []
  return { url, votingCodes, withoutKafka: eventLog.kind === 'memory' ? eventLog.reason : undefined, kafkaBrokers: system.kafkaBrokers }
}

const RENEWED_EVERY_MS = 6 * 3600 * 1000
const REVOKED_WITHIN_MS = 1_500

/** Writes where the system is, with tokens that are new every six hours and void from the stop on. */
async function noteSystem({ cleanup, environment, home, say }: StartSystemOptions, facts: Omit<RunningSystem, 'managerToken' | 'ingestToken'>): Promise<RunningSystem> {
  const place = { databaseUrl: facts.databaseUrls.api, home, masterKey: environment.LIVETALLY_MASTER_KEY }
  await revokeLeftTokens(runningFile(home), place)
  const tokens = createLocalTokens(place)
  const write = async () => {
    const system = { ...facts, ...(await tokens.issue()) }
    return { system, remove: await writeRunningFile(home, system) }
  }
  cleanup.defer(() => tokens.revoke(REVOKED_WITHIN_MS))
  const { system, remove } = await write()
  cleanup.defer(remove)
  const renewal = setInterval(() => {
    write().catch((error: unknown) => say(`The tokens in running.json could not be renewed: ${reasonOf(error)}`))
  }, RENEWED_EVERY_MS)
  cleanup.defer(() => { clearInterval(renewal) })
  return system
}

async function checkPort(host: string, port: number): Promise<void> {
  if (await isPortFree(port, host)) return
  throw new LocalFault(`Port ${port} is taken by another program: stop it, or choose another port, as in PORT=${port + 1} npm start.`)
}

/** As processes of their own that talk through Kafka; without Kafka, all in this process. */
async function startRoles(context: StartContext, postgres: OwnedDatabase, eventLog: EventLogChoice): Promise<DatabaseUrls> {
  const settings = roleSettings(context, eventLog)
  const { migrations: urls } = await runSteps({ migrations: migrationStep(context, postgres, settings) })
  context.signal.throwIfAborted()
  await runSteps({ key: keyStep(context, urls) })
  context.signal.throwIfAborted()
  if (eventLog.kind === 'kafka') await runSteps({ api: apiStep(context, urls, settings), workers: workersStep(context, urls, settings) })
  else await runSteps({ all: { title: 'API, web page and stream workers, in one process', work: () => startInProcess(context, urls) } })
  return urls
}

/** The demo is a guest: if it cannot start, the system runs without it and says so. */
async function startDemo(context: StartContext, system: RunningSystem): Promise<string[]> {
  const demo = createDemo(context.home, context.logs, system)
  context.cleanup.defer(() => demo.stop(1500))
  const work = async (detail: (title: string) => void) => {
    await demo.start()
    return awaitVotingCodes(context.home, demo).catch((error: unknown) => {
      detail(`No demo election: ${reasonOf(error)}`)
      return []
    })
  }
  const { codes } = await runSteps({ codes: { title: 'Demo election, with its electorate voting', work } })
  context.watch('The demo', demo, ({ code }) => code === 0)
  return codes
}
