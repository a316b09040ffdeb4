import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AttackTally, Target } from './attacks/attack.js'

/** Whom to attack, and by which attacks alone, if not by all. */
export interface AttackOrder extends Target { readonly only?: readonly string[] | undefined }

export interface AttackingProcess extends AsyncDisposable {
  /** Ends all attacks. What each of them met with, by its name. */
  stop(): Promise<Readonly<Record<string, AttackTally>>>
}

/** Compiled, for a process runs compiled code; found from `dist` as from `src`. */
const ATTACKERS = new URL('../../dist/soak/attackers.js', import.meta.url)
const STOPPED_WITHIN_MS = 60_000

/** The attackers share no thread with those who measure. */
export function startAttackers(order: AttackOrder): AttackingProcess {
  const child = fork(ATTACKERS, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.send(order)
  return {
    async stop() {
      child.send('stop')
      const [tallies] = await once(child, 'message', { signal: AbortSignal.timeout(STOPPED_WITHIN_MS) }) as [Record<string, AttackTally>]
      return tallies
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
