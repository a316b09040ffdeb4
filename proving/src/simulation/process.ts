import type { BatcherClock } from '@livetally/core/voting'
import type { Clock } from '@livetally/stream-workers/parts'
import { pino, type Logger } from 'pino'
import type { Ambushes } from './ambushes.js'
import type { Schedule } from './schedule.js'
import type { Weather } from './weather.js'

/** A server as its clients meet it. */
export interface Server {
  readonly name: string
  readonly isAway: boolean
  /** Raised whenever all connections break. */
  readonly incarnation: number
  /** What a client hears whose connection broke or was refused. */
  unreachable(): Error
  /** How long a client waits for an answer that never comes, ms. */
  readonly patienceMs: number
}

/**
 * A process of the operating system, with everything it may do: ask a server, wait, write a log line. Once killed, nothing
 * that it awaits ever comes; while frozen, all of that waits.
 */
export interface SimulatedProcess {
  readonly name: string
  readonly state: 'RUNNING' | 'FROZEN' | 'DEAD'
  readonly clock: Clock & BatcherClock
  readonly logger: Logger
  /** Asks a server: `effect` happens there in one instant, some time later, if at all; its answer comes later still, if at all. */
  ask<Answer>(server: Server, what: string, effect: () => Answer): Promise<Answer>
  /** Does something in this process, some time later; never if it has died by then, and not while it is frozen. */
  soon(ms: number, work: () => void): void
  kill(): void
  freeze(): void
  thaw(): void
}

interface Options { schedule: Schedule, weather: Weather, ambushes: Ambushes, wallOffset: () => number, onCrash: (process: SimulatedProcess) => void }

export function createProcess(name: string, { schedule, weather, ambushes, wallOffset, onCrash }: Options): SimulatedProcess {
  const { random, trace } = schedule
  let state: SimulatedProcess['state'] = 'RUNNING'
  let held: (() => void)[] = []

  const enter = (work: () => void): void => {
    if (state === 'RUNNING') work()
    else if (state === 'FROZEN') held.push(work)
  }
  const soon = (ms: number, work: () => void): void => schedule.after(ms, () => enter(work))
  const ask: SimulatedProcess['ask'] = (server, what, effect) => {
    if (!ambushes.catches(process, what)) return send(server, what, effect)
    return new Promise((resolve, reject) => { held.push(() => { send(server, what, effect).then(resolve, reject) }) })
  }
  const send: SimulatedProcess['ask'] = (server, what, effect) => new Promise((resolve, reject) => {
    if (state === 'DEAD') return
    const { incarnation } = server
    const answer = (ms: number, settle: () => void): void => soon(ms, () => {
      if (weather.crashes()) {
        trace.note(name, 'dies before it hears the answer to', () => what)
        onCrash(process)
      } else settle()
    })
    const fail = (ms: number, why: string): void => {
      trace.note(server.name, why, () => `${name}: ${what}`)
      answer(ms, () => reject(server.unreachable()))
    }
    schedule.after(weather.latency(), () => {
      // What a process sent before it died may still arrive, or may not.
      if (state === 'DEAD' && random.chance(0.5)) return
      if (server.isAway || server.incarnation !== incarnation) return fail(weather.latency(), 'cannot be reached by')
      if (weather.losesRequest()) return fail(server.patienceMs, 'never gets what was asked by')
      let settle: () => void
      try {
        const value = effect()
        trace.note(name, what)
        ambushes.noteDone(process, what)
        settle = () => resolve(value)
      } catch (error) {
        trace.note(name, `${what}: refused`, () => String(error))
        settle = () => reject(error)
      }
      if (weather.losesAnswer()) return fail(server.patienceMs, 'loses its answer to')
      answer(weather.latency(), () => server.incarnation === incarnation ? settle() : reject(server.unreachable()))
    })
  })
  const process: SimulatedProcess = {
    name,
    get state() { return state },
    ask,
    soon,
    clock: {
      now: () => schedule.now,
      wallTime: () => Math.round(schedule.now + wallOffset()),
      delay: (ms, signal) => new Promise((resolve) => {
        if (signal?.aborted === true) return resolve()
        let isOver = false
        const ring = (): void => {
          if (isOver) return
          isOver = true
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const wake = (): void => soon(0, ring)
        soon(weather.pause(ms), ring)
        signal?.addEventListener('abort', wake, { once: true })
      }),
      wait: (ms) => new Promise((resolve) => { soon(weather.pause(ms), resolve) }),
      soon: (work) => soon(0, work),
    },
    logger: trace.keepsLines ? pino({ base: null, timestamp: false, level: 'info' }, { write: (line) => trace.remark(name, `  ${readable(line)}`) }) : SILENT,
    kill() {
      if (state === 'DEAD') return
      state = 'DEAD'
      held = []
      trace.note(name, 'is killed')
    },
    freeze() {
      if (state !== 'RUNNING') return
      state = 'FROZEN'
      trace.note(name, 'freezes')
    },
    thaw() {
      if (state !== 'FROZEN') return
      state = 'RUNNING'
      trace.note(name, 'thaws')
      for (const work of held.splice(0)) soon(weather.latency(), work)
    },
  }
  return process
}

const SILENT = pino({ level: 'silent' })

function readable(line: string): string {
  const { msg, level, err, ...rest }: { msg?: string, level?: number, err?: { message?: string } } = JSON.parse(line)
  return `${(level ?? 0) >= 40 ? '! ' : ''}"${msg ?? ''}"${err?.message === undefined ? '' : ` (${err.message})`}${Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`}`
}
