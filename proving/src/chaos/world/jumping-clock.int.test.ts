import { eventually } from '@livetally/local'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createJumpingClock } from './jumping-clock.js'

const HOUR_MS = 3_600_000

/** Says what time it is, and how long it has been running, over and over. */
const CUCKOO = "setInterval(() => console.log(JSON.stringify({ now: Date.now(), date: new Date().getTime(), isDate: new Date(0) instanceof Date, running: performance.now() })), 20)"

interface Said { now: number, date: number, isDate: boolean, running: number }

test('the clock of one process jumps an hour ahead and back, while its timers go on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'livetally-clock-'))
  const clock = createJumpingClock({ folder, name: 'cuckoo' })
  const cuckoo = spawn(process.execPath, ['-e', CUCKOO], { env: { ...process.env, ...clock.settings }, stdio: ['ignore', 'pipe', 'inherit'] })
  const bird = { kill: async (signal: NodeJS.Signals) => { cuckoo.kill(signal) } }
  let newest: Said | undefined
  cuckoo.stdout.on('data', (chunk: Buffer) => { newest = JSON.parse(chunk.toString().trimEnd().split('\n').at(-1) ?? '{}') as Said })
  const aheadByHours = () => newest === undefined ? undefined : Math.round((newest.now - Date.now()) / HOUR_MS)
  try {
    await eventually(() => aheadByHours() === 0)
    await clock.set(HOUR_MS, bird)
    await eventually(() => aheadByHours() === 1)
    await clock.set(-HOUR_MS, bird)
    await eventually(() => aheadByHours() === -1)
    expect(newest).toMatchObject({ date: newest?.now, isDate: true })
    expect(newest?.running).toBeLessThan(HOUR_MS)
  } finally {
    cuckoo.kill('SIGKILL')
    await rm(folder, { recursive: true })
  }
})
