import type { openTokens } from '@livetally/api/auth'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createLocalTokens, revokeLeftTokens } from './local-tokens.js'

const place = { databaseUrl: 'postgres://nowhere', home: '/nowhere' }

/** Tokens of a database that is none; `id` of the n-th ends with n. */
function world({ isStuck = false } = {}) {
  const revoked: string[] = []
  let issued = 0
  const open = async () => {
    if (isStuck && issued > 0) await new Promise(() => undefined)
    return {
      tokens: { issue: async () => { issued += 1; return tokenOf(issued) } },
      store: { revoke: async (ids: string[]) => { revoked.push(...ids); return ids } },
      [Symbol.asyncDispose]: async () => undefined,
    }
  }
  return { revoked, open: open as unknown as typeof openTokens }
}
const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const tokenOf = (number: number): string => ['{}', JSON.stringify({ jti: idOf(number) }), ''].map((part) => Buffer.from(part).toString('base64url')).join('.')

describe('the tokens of npm start', () => {
  test('are all void after the stop, those that were renewed meanwhile, too', async () => {
    const { revoked, open } = world()
    const tokens = createLocalTokens(place, open)
    await tokens.revoke(100)
    expect(revoked).toEqual([])
    expect(await tokens.issue()).toEqual({ managerToken: tokenOf(1), ingestToken: tokenOf(2) })
    await tokens.issue()
    await tokens.revoke(100)
    expect(revoked).toEqual([1, 2, 3, 4].map(idOf))
  })

  test('do not hold up the stop where the database is away, and it is said', async () => {
    const tokens = createLocalTokens(place, world({ isStuck: true }).open)
    await tokens.issue().catch(() => undefined)
    await expect(tokens.revoke(50)).rejects.toThrow('could not be revoked within 0.05 s; they expire within 12 hours')
  })

  test('that a killed run has left are void at the next start; a file that says nothing stops nobody', async () => {
    const { revoked, open } = world()
    const folder = await mkdtemp(join(tmpdir(), 'livetally-left-'))
    const file = join(folder, 'running.json')
    try {
      await revokeLeftTokens(file, place, open)
      for (const text of ['', '{', '[]', '{"managerToken":7}', '{"managerToken":"x","ingestToken":"y.z."}']) {
        await writeFile(file, text)
        await revokeLeftTokens(file, place, open)
      }
      expect(revoked).toEqual([])
      await writeFile(file, JSON.stringify({ managerToken: tokenOf(8), ingestToken: tokenOf(9) }))
      await revokeLeftTokens(file, place, open)
      expect(revoked).toEqual([8, 9].map(idOf))
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
