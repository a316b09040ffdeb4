import { setMaxListeners } from 'node:events'
import { Pool } from 'undici'
import type { AttackTally, Target } from './attacks/attack.js'
import { ATTACKS } from './attacks/index.js'

/** All attacks at once, in a process of their own: told whom to attack by a message, told to stop by another, answers with the tallies. */
const ending = new AbortController()
setMaxListeners(0, ending.signal)
const tallies: Record<string, AttackTally> = {}

async function attack(target: Target): Promise<void> {
  const pool = new Pool(target.url, { connections: 50, connect: { localAddress: target.address } })
  await Promise.all(Object.entries(ATTACKS).map(async ([name, one]) => {
    const tally: AttackTally = tallies[name] = { tries: 0, met: {} }
    await one({ target, pool, tally, signal: ending.signal })
  }))
  await pool.destroy()
  process.send?.(tallies, () => process.disconnect())
}

process.on('message', (message: Target | 'stop') => {
  if (message === 'stop') ending.abort()
  else void attack(message)
})
process.on('disconnect', () => process.exit())
