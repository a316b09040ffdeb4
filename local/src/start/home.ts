import { chmod, mkdir, open, readFile, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { explainFileError, LocalFault } from '../fault.js'
import { commandLine } from '../processes/running-process.js'

export type Home = { folder: string, logs: string, [Symbol.asyncDispose]: () => Promise<void> }

/** What a start stores below LIVETALLY_HOME. Only these are removed by `--fresh`; the master key stays. */
const stored = ['postgres', 'postgres.new', 'postgres.password', 'postgres.log', 'logins', 'kafka', 'logs', 'running.json', 'demo-voting-codes.csv', 'demo.json']

const leastFree = 300 * 1024 * 1024

/** Makes LIVETALLY_HOME ours for the time of this run: one launcher at a time, room on the disk. */
export async function openHome(folder: string, fresh: boolean): Promise<Home> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // A folder that was there keeps the rights that it had: ballots and keys are nobody else's to read.
    await chmod(folder, 0o700)
    const unlock = await lock(join(folder, 'launcher.pid'), folder)
    const home = { folder, logs: join(folder, 'logs'), [Symbol.asyncDispose]: unlock }
    try {
      if (fresh) for (const name of stored) await rm(join(folder, name), { recursive: true, force: true })
      await mkdir(home.logs, { recursive: true })
      await checkRoom(folder)
      return home
    } catch (error) {
      await unlock()
      throw error
    }
  } catch (error) {
    throw explainFileError(error, folder)
  }
}

/** Says so before Postgres or Kafka stumble over it in the middle of a write. */
async function checkRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= leastFree) return
  throw new LocalFault(`The disk is full: ${folder} has ${Math.floor(free / 1024 / 1024)} MB left, LiveTally needs ${leastFree / 1024 / 1024} MB to start.`)
}

async function lock(file: string, folder: string): Promise<() => Promise<void>> {
  const holder = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  if (Number.isInteger(holder) && holder !== process.pid && (await isLauncher(holder))) {
    throw new LocalFault(`LiveTally runs already with the data in ${folder} (process ${holder}): stop it first, or set LIVETALLY_HOME to another folder.`)
  }
  await rm(file, { force: true })
  // `wx`: of two that start at the same moment, one fails here.
  await using handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error
    throw new LocalFault(`LiveTally is just being started with the data in ${folder}: set LIVETALLY_HOME to another folder.`)
  })
  await handle.writeFile(`${process.pid}\n`)
  return () => rm(file, { force: true })
}

/** The process that the file names may be gone, and its number somebody else's. */
async function isLauncher(pid: number): Promise<boolean> {
  const command = await commandLine(pid)
  return command !== undefined && /(^livetally$|local\/(start\.mjs|dist\/start\/))/.test(command)
}
