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
  if (url !== undefined && token !== undefined) return { ok: true, system: { url, managerToken: token, ingestToken: ingestToken ?? await notedIngestToken(environment.home, url) ?? token } }
  if (url !== undefined) return { ok: false, message: 'LIVETALLY_URL is set but LIVETALLY_TOKEN is not; make a token with "npm run token -- --role MANAGER".' }
  const path = join(environment.home, 'running.json')
  const noted = await readNote(path)
  if (noted === 'MISSING') return { ok: false, message: `No running system found: ${path} does not exist. Start one with "npm start", or set LIVETALLY_URL and LIVETALLY_TOKEN.` }
  if (noted === 'BROKEN') return { ok: false, message: `${path} does not describe a running system. Start one again with "npm start".` }
  return { ok: true, system: { url: noted.url, managerToken: token ?? noted.managerToken, ingestToken: ingestToken ?? noted.ingestToken } }
}

/** The ingest token of the noted system, if that is the one meant. */
async function notedIngestToken(home: string, url: string): Promise<string | undefined> {
  const noted = await readNote(join(home, 'running.json'))
  return typeof noted === 'object' && new URL(noted.url).origin === new URL(url).origin ? noted.ingestToken : undefined
}

async function readNote(path: string): Promise<z.output<typeof note> | 'MISSING' | 'BROKEN'> {
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return 'MISSING'
  const parsed = note.safeParse(parseOrNull(text))
  return parsed.success ? parsed.data : 'BROKEN'
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
