import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Environment } from './environment.js'

/** Where a running system is and with what to speak to it. */
export interface RunningSystem {
  /** Base address, without `/graphql`. */
  url: string
  managerToken: string
  ingestToken: string
}

export type SystemSearch = { ok: true, system: RunningSystem } | { ok: false, message: string }

const note = z.object({ url: z.url(), managerToken: z.string(), ingestToken: z.string() })

/** The system named by LIVETALLY_URL and LIVETALLY_TOKEN, else the one that `npm start` noted in LIVETALLY_HOME. */
export async function findRunningSystem(environment: Environment): Promise<SystemSearch> {
  const { url, token, ingestToken } = environment
  if (url !== undefined && token !== undefined) return { ok: true, system: { url, managerToken: token, ingestToken: ingestToken ?? token } }
  if (url !== undefined) return { ok: false, message: 'LIVETALLY_URL is set but LIVETALLY_TOKEN is not; make a token with "npm run token -- --role MANAGER".' }
  const path = join(environment.home, 'running.json')
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return { ok: false, message: `No running system found: ${path} does not exist. Start one with "npm start", or set LIVETALLY_URL and LIVETALLY_TOKEN.` }
  const parsed = note.safeParse(parseOrNull(text))
  if (!parsed.success) return { ok: false, message: `${path} does not describe a running system. Start one again with "npm start".` }
  const { managerToken, ingestToken: notedIngestToken } = parsed.data
  return { ok: true, system: { url: parsed.data.url, managerToken: token ?? managerToken, ingestToken: ingestToken ?? token ?? notedIngestToken } }
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
