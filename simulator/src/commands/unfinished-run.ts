import { randomInt, randomUUID } from 'node:crypto'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { z } from 'zod'
import { CommandFailure } from './command-line.js'
import { overFile, syncFolderOf } from './file-failure.js'

const shape = z.object({ election: z.string(), asked: z.string(), seed: z.string(), key: z.string().min(20), process: z.int(), host: z.string() })

/**
 * What is on disk before the first voting code is made, and until the last one is: with `key` the same request gives the same
 * codes, so that a run which was killed can be finished.
 */
export type UnfinishedRun = z.output<typeof shape> & { path: string, isContinued: boolean }

/** `asked`: tells one request from another, such as a digest of the roll. */
export interface RunRequest { election: string, asked: string, seed: string | undefined }

/** Finds the note of an earlier run that asked for the same and did not finish, or undefined; throws where there is one that asked for something else, or that goes on. */
export async function findRun(path: string, { election, asked }: RunRequest): Promise<UnfinishedRun | undefined> {
  const text = await overFile(path, 'read', () => readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  }))
  if (text === undefined) return undefined
  const note = shape.safeParse(parseOrNull(text)).data
  if (note === undefined) throw new CommandFailure(`${path} is not what a run that did not finish leaves behind. Move it away, or name another file with --out.`)
  if (note.election !== election || note.asked !== asked) {
    throw new CommandFailure(`${path} belongs to a run that was not finished and asked for something else (another election, roll, number or seed).`,
      'Run that one again to finish it, or name another file with --out. Without that file, codes that the run did not write are lost; --reissue gives new ones.')
  }
  if (note.host === hostname() && isAlive(note.process)) throw new CommandFailure(`The same command is running already (process ${note.process}, as ${path} says). Wait until it has ended.`)
  return { ...note, path, isContinued: true }
}

/** Notes a new run; the same file is there until `endRun`. */
export async function beginRun(path: string, { election, asked, seed = String(randomInt(1_000_000)) }: RunRequest): Promise<UnfinishedRun> {
  const note = { election, asked, seed, key: randomUUID(), process: process.pid, host: hostname() }
  await writeNote(path, note, link)
  return { ...note, path, isContinued: false }
}

/** Notes that this process goes on with it. */
export async function takeRun({ path, isContinued: _, ...note }: UnfinishedRun): Promise<void> {
  await writeNote(path, { ...note, process: process.pid, host: hostname() }, rename)
}

export async function endRun({ path }: Pick<UnfinishedRun, 'path'>): Promise<void> {
  await rm(path, { force: true })
}

/** As a whole or not at all. `put` is `link` where there must be none yet. */
async function writeNote(path: string, note: z.output<typeof shape>, put: (from: string, to: string) => Promise<void>): Promise<void> {
  await overFile(path, 'write', async () => {
    const beside = `${path}.${process.pid}`
    await rm(beside, { force: true })
    const file = await open(beside, 'wx', 0o600)
    try {
      await file.writeFile(JSON.stringify(note))
      await file.sync()
    } finally {
      await file.close()
    }
    await put(beside, path)
    await rm(beside, { force: true })
    await syncFolderOf(path)
  })
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
