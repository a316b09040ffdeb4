import { openTokens, tokenIdOf } from '@livetally/api/auth'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { RunningSystem } from './running-file.js'

export type TokenPlace = { databaseUrl: string, home: string, masterKey?: string | undefined }

/** Tokens for the commands of whoever may read LIVETALLY_HOME. They end with the system: whoever copied them has nothing in hand then. */
export type LocalTokens = {
  /** New ones, valid for 12 hours; those before go on until they expire, for what was begun with them. */
  readonly issue: () => Promise<Pick<RunningSystem, 'managerToken' | 'ingestToken'>>
  /** Makes all void that were issued here, within `limitMs` or not at all. */
  readonly revoke: (limitMs: number) => Promise<void>
}

export function createLocalTokens(place: TokenPlace, open = openTokens): LocalTokens {
  const ids = new Set<string>()
  return {
    issue: async () => {
      await using opened = await open(place)
      const [managerToken, ingestToken] = [await opened.tokens.issue({ role: 'MANAGER', subject: 'npm start' }), await opened.tokens.issue({ role: 'INGEST', subject: 'npm start' })]
      for (const token of [managerToken, ingestToken]) remember(ids, token)
      return { managerToken, ingestToken }
    },
    revoke: async (limitMs) => {
      if (ids.size > 0) await inTime(revokeIn(place, [...ids], open), limitMs)
    },
  }
}

const noted = z.object({ managerToken: z.string(), ingestToken: z.string() })

/** Makes void what a system that was killed has left in `running.json`. */
export async function revokeLeftTokens(file: string, place: TokenPlace, open = openTokens): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const ids = new Set<string>()
  // What cannot be read is no token.
  const left = noted.safeParse(parseOrNull(text)).data
  for (const token of left === undefined ? [] : [left.managerToken, left.ingestToken]) remember(ids, token)
  if (ids.size > 0) await revokeIn(place, [...ids], open)
}

function remember(ids: Set<string>, token: string): void {
  const id = tokenIdOf(token)
  if (id !== undefined) ids.add(id)
}

async function revokeIn(place: TokenPlace, ids: readonly string[], open: typeof openTokens): Promise<void> {
  await using opened = await open(place)
  await opened.store.revoke(ids)
}

async function inTime(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => { reject(new Error(`the tokens of this run could not be revoked within ${limitMs / 1000} s; they expire within 12 hours`)) }, limitMs)
  })
  await Promise.race([work, late]).finally(() => { clearTimeout(timer) })
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
