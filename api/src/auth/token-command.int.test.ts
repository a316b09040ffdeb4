import { readMasterKey } from '@livetally/core/voting'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTokens } from './tokens.js'

let home: string
beforeEach(async () => { home = await mkdtemp(join(tmpdir(), 'livetally-token-')) })
afterEach(() => rm(home, { recursive: true }))

test('npm run token prints a token that the same installation accepts', async () => {
  const token = (...args: string[]) => spawnSync(process.execPath, ['api/dist/auth/token-command.js', ...args], { env: { PATH: process.env['PATH'], LIVETALLY_HOME: home }, encoding: 'utf8' })
  const { stdout, status } = token('--role', 'INGEST', '--subject', 'lab', '--expires', '2h')
  expect(status).toBe(0)
  const check = await createTokens(await readMasterKey({ home })).verify(stdout.trim())
  expect(check).toMatchObject({ ok: true, claims: { role: 'INGEST', sub: 'lab' } })
  if (check.ok) expect(check.claims.exp - Date.now() / 1_000).toBeCloseTo(7_200, -2)
  for (const wrong of [['--role', 'KING'], ['--role', 'CLERK', '--expires', 'soon'], []]) expect(token(...wrong).status, wrong.join(' ')).toBe(1)
})
