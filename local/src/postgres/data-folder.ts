import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { spawn } from 'node:child_process'
import { inheritedEnvironment } from '../environment.js'
import { explainFileError, LocalFault } from '../fault.js'
import { commandLine, endLeftover } from '../processes/running-process.js'
import type { PostgresBinaries } from './binaries.js'
import { explainPostgresLog } from './explain.js'
import { giveTo, openFor, postgresOwner, type PostgresOwner } from './owner.js'

export const databaseUser = 'livetally'

export type DataFolder = { folder: string, owner: PostgresOwner, password: string }

/**
 * Makes sure that `folder` holds a Postgres data folder of the right version, and that nothing of an earlier
 * run is in its way. The password lies beside it, in `<folder>.password`, mode 0600.
 */
export async function prepareDataFolder(folder: string, binaries: PostgresBinaries): Promise<DataFolder> {
  try {
    const owner = await postgresOwner(folder)
    const password = await readPassword(`${folder}.password`)
    const entries = await readdir(folder).catch(() => [])
    if (entries.length === 0) await create(folder, owner, password, binaries)
    else await examine(folder, binaries)
    await giveTo(owner, folder)
    await removeLeftovers(folder)
    return { folder, owner, password }
  } catch (error) {
    throw explainFileError(error, folder)
  }
}

async function readPassword(path: string): Promise<string> {
  const known = await readFile(path, 'utf8').catch(() => '')
  if (known.trim() !== '') return known.trim()
  const password = randomBytes(24).toString('base64url')
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${password}\n`, { mode: 0o600 })
  return password
}

async function examine(folder: string, binaries: PostgresBinaries): Promise<void> {
  const version = (await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  const major = binaries.version.split('.')[0] ?? ''
  if (version === '') throw new LocalFault(`${folder} is not a Postgres data folder, or a damaged one (PG_VERSION is missing): move it away, or begin anew with npm start -- --fresh.`)
  if (version !== major) throw new LocalFault(`${folder} was made by Postgres ${version}, this is Postgres ${major}: export it with that version, or begin anew with npm start -- --fresh.`)
}

/** Made under another name and renamed when complete, so that a crash leaves no half of a data folder. */
async function create(folder: string, owner: PostgresOwner, password: string, binaries: PostgresBinaries): Promise<void> {
  const fresh = `${folder}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { recursive: true, mode: 0o700 })
  await giveTo(owner, fresh)
  const passwordFile = `${fresh}.password`
  try {
    await writeFile(passwordFile, password, { mode: 0o600 })
    await giveTo(owner, passwordFile)
    await initialise(fresh, owner, passwordFile, binaries)
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rm(folder, { recursive: true, force: true })
  await rename(fresh, folder)
}

async function initialise(folder: string, owner: PostgresOwner, passwordFile: string, binaries: PostgresBinaries): Promise<void> {
  await using reachable = await openFor(owner, [folder, passwordFile])
  const [data = folder, secret = passwordFile] = reachable.paths
  const child = spawn(binaries.initdb, [
    '-D', data, '-U', databaseUser, '--pwfile', secret, '--auth=scram-sha-256',
    '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8',
  ], { ...owner, cwd: '/', env: inheritedEnvironment(), stdio: ['ignore', 'pipe', 'pipe', ...reachable.descriptors] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw explainPostgresLog(output, folder)
}

/**
 * Ends the Postgres that a killed launcher may have left on this folder, and takes away its pid file where the
 * number belongs to some other program by now, for which Postgres itself would wait in vain.
 */
async function removeLeftovers(folder: string): Promise<void> {
  const pidFile = join(folder, 'postmaster.pid')
  const pid = Number.parseInt((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0] ?? '', 10)
  if (!Number.isInteger(pid) || pid <= 1) return
  const command = await commandLine(pid)
  if (command === undefined) return
  if (/(^|\/)postgres(:|\s|$)/.test(command)) await endLeftover(pid, 'SIGINT', 10_000)
  else await rm(pidFile, { force: true })
}
