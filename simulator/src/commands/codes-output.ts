import { constants, fsync } from 'node:fs'
import { mkdir, open, rm, statfs, type FileHandle } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { CODES_HEADER, codesIn, codesRows, wholeRows } from '../roll/codes-csv.js'
import type { NewVoter, Registration } from '../system/voters.js'
import { CommandFailure } from './command-line.js'
import { overFile, syncFolderOf } from './file-failure.js'
import { beginRun, endRun, findRun, takeRun, type RunRequest, type UnfinishedRun } from './unfinished-run.js'

/** Where voting codes are written, a batch at a time: what is written is safe before the next batch is asked for. */
export interface CodesOutput extends AsyncDisposable {
  readonly run: UnfinishedRun
  /** Rows of codes that stand there already are not written again. */
  write(voters: readonly NewVoter[], registered: Registration['registered']): Promise<void>
  /** Everything that was asked for is written. Without this call the same command goes on where it stopped. */
  finish(): Promise<void>
}

interface Place { folder: string, out: string | undefined, home: string }

/**
 * Opens the output before any code is made: a new file that its owner alone can read, never one that is there, but for that of a
 * run which did not finish; or stdout, for which the note of the run is kept in the home folder.
 */
export async function openCodesOutput({ folder, out, home }: Place, request: RunRequest): Promise<CodesOutput> {
  if (out === undefined) return await openStdout(join(home, `voting-codes-${request.election}.unfinished`), request)
  const path = resolve(folder, out)
  const note = `${path}.unfinished`
  const run = await findRun(note, request) ?? await beginRun(note, request)
  const file = await overFile(path, 'write', () => openFile(path, run.isContinued)).catch(async (error: unknown) => {
    if (!run.isContinued) await endRun(run)
    throw error
  })
  const append = (rows: string): Promise<void> => overFile(path, 'write', async () => {
    await file.appendFile(rows)
    await file.sync()
  })
  try {
    if (run.isContinued) await takeRun(run)
    return createOutput(run, await overFile(path, 'write', () => bringToRows(file, path)), append, () => file.close())
  } catch (error) {
    await file.close()
    // Made by this run, and nothing in it but a header: what fails before anything is issued leaves nothing behind.
    if (!run.isContinued) await Promise.allSettled([rm(path), endRun(run)])
    throw error
  }
}

/** Throws unless there is room for so many bytes: what is told before saves a run that stops in the middle. */
export async function requireRoom({ folder, out }: Pick<Place, 'folder' | 'out'>, bytes: number, freeBytes: (folder: string) => Promise<number> = freeBytesOf): Promise<void> {
  if (out === undefined) return
  const path = resolve(folder, out)
  const free = await overFile(path, 'write', () => freeBytes(dirname(path)))
  if (free < bytes) throw new CommandFailure(`There is no room for ${path}: it may take ${bytes.toLocaleString('en-US')} bytes, and ${free.toLocaleString('en-US')} are free. Make room, or name a file on another disk with --out. Nobody was registered.`)
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

async function openFile(path: string, isContinued: boolean): Promise<FileHandle> {
  return await open(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (isContinued ? constants.O_NOFOLLOW : constants.O_EXCL), 0o600)
}

/** Cuts off half a row, as a run leaves it that was killed, and begins an empty file with the header. Gives the codes that stand there. */
async function bringToRows(file: FileHandle, path: string): Promise<Set<string>> {
  const text = await file.readFile('utf8')
  const whole = wholeRows(text)
  if (!(whole === '' ? CODES_HEADER : whole).replace(/^\uFEFF/, '').startsWith('voter_id')) throw new CommandFailure(`${path} is not the file that the run which did not finish has begun. Move it away, and run the same command again: it writes all codes anew.`)
  if (whole.length < text.length) await file.truncate(Buffer.byteLength(whole))
  if (whole === '') await file.appendFile(CODES_HEADER)
  await file.sync()
  await syncFolderOf(path)
  return codesIn(whole)
}

async function openStdout(note: string, request: RunRequest): Promise<CodesOutput> {
  await overFile(note, 'write', () => mkdir(dirname(note), { recursive: true }))
  const run = await findRun(note, request) ?? await beginRun(note, request)
  if (run.isContinued) await takeRun(run)
  await print(CODES_HEADER)
  // Whoever read the output of the earlier run may have read it or not: all codes are printed again.
  return createOutput(run, new Set(), print, async () => undefined)
}

function print(text: string): Promise<void> {
  return new Promise((done, fail) => {
    const refuse = (error: Error): void => { fail(new CommandFailure(`The voting codes cannot be written to stdout (${error.message}). Run the same command again, with --out codes.csv.`)) }
    process.stdout.once('error', refuse)
    process.stdout.write(text, (error) => {
      process.stdout.off('error', refuse)
      if (error !== null && error !== undefined) refuse(error)
      // A pipe cannot be synced; a file that stdout leads to can.
      else fsync(process.stdout.fd, () => { done() })
    })
  })
}

function createOutput(run: UnfinishedRun, known: ReadonlySet<string>, append: (rows: string) => Promise<void>, close: () => Promise<void>): CodesOutput {
  return {
    run,
    async write(voters, registered) {
      const rows = codesRows(voters, registered.filter(({ votingCode }) => !known.has(votingCode)))
      if (rows !== '') await append(rows)
    },
    finish: () => endRun(run),
    [Symbol.asyncDispose]: close,
  }
}
