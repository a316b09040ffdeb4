import { setMaxListeners } from 'node:events'
import { Pool } from 'undici'
import type { AttackOrder } from './attacking-process.js'
import type { AttackTally } from './attacks/attack.js'
import { ATTACKS } from './attacks/index.js'

/** All attacks at once, in a process of their own: told whom to attack by a message, told to stop by another, answers with the tallies. */
const ending = new AbortController()
setMaxListeners(0, ending.signal)
const tallies: Record<string, AttackTally> = {}

async function attack({ only, ...target }: AttackOrder): Promise<void> {
  const pools = target.addresses.map((localAddress) => new Pool(target.url, { connections: 50, connect: { localAddress } }))
  await Promise.all(Object.entries(ATTACKS).filter(([name]) => only?.includes(name) ?? true).map(async ([name, one]) => {
    const tally: AttackTally = tallies[name] = { tries: 0, met: {} }
    await one({ target, pools, tally, signal: ending.signal })
  }))
  await Promise.all(pools.map((pool) => pool.destroy()))
  process.send?.(tallies, () => process.disconnect())
}

process.on('message', (message: AttackOrder | 'stop') => {
  if (message === 'stop') ending.abort()
  else void attack(message)
})
process.on('disconnect', () => process.exit())
