import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'undici'

/** Whom the attackers attack, and from where. */
export interface Target {
  readonly url: string
  /** The attackers' addresses, of which nobody else makes use. One who works in lanes beside each other takes them by turns. */
  readonly addresses: readonly string[]
  readonly electionId: string
}

/** What an attacker met with: how often, by what was answered. */
export interface AttackTally {
  tries: number
  /** Such as `HTTP 429`, `closed 4429`, `200 COST_LIMIT`; how often each. */
  readonly met: Record<string, number>
}

export interface AttackTools {
  readonly target: Target
  /** Connections from each of the attackers' addresses. */
  readonly pools: readonly Pool[]
  readonly tally: AttackTally
  readonly signal: AbortSignal
}

/** Goes on until the signal; what goes wrong for the attacker is tallied, never thrown. */
export type Attack = (tools: AttackTools) => Promise<void>

export function note({ tally }: AttackTools, what: string): void {
  tally.met[what] = (tally.met[what] ?? 0) + 1
}

/** What a lane takes of several. */
export function byLane<Item>(items: readonly Item[], lane: number): Item {
  const item = items[lane % items.length]
  if (item === undefined) throw new RangeError('There is none to take.')
  return item
}

/** Sends one request and tallies the answer by its status and its first error's code. */
export async function post(tools: AttackTools, body: string | Buffer, { headers = { 'content-type': 'application/json' }, lane = 0 }: { headers?: Record<string, string>, lane?: number } = {}): Promise<void> {
  tools.tally.tries += 1
  try {
    const answer = await byLane(tools.pools, lane).request({ path: '/graphql', method: 'POST', headers, body, signal: tools.signal })
    const text = await answer.body.text()
    const code = /"code":"([A-Z_]+)"/.exec(text)?.[1]
    note(tools, code === undefined ? `HTTP ${answer.statusCode}` : `HTTP ${answer.statusCode} ${code}`)
  } catch (error) {
    if (!tools.signal.aborted) note(tools, errorCode(error))
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error ? ('code' in error ? String(error.code) : error.name) : String(error)
}

/** Runs `work` over and over, `lanes` times beside each other, with a pause after each where one is named. */
export async function repeat({ signal }: AttackTools, work: (turn: number, lane: number) => Promise<void>, { lanes = 1, pauseMs = 0 } = {}): Promise<void> {
  let turn = 0
  await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
    while (!signal.aborted) {
      await work(turn++, lane)
      // At least one turn of the loop, so that the signal is heard.
      await pause(pauseMs)
    }
  }))
}
