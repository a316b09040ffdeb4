import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CommandFailure } from './command-line.js'

/** What to do where a file cannot be read or written; undefined for what is no fault of the file's. */
export function fileFailure(error: unknown, path: string, verb: 'read' | 'write'): CommandFailure | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  switch (code) {
    case undefined: return undefined
    case 'EEXIST': return new CommandFailure(`${path} is there already, and nothing is ever written over. Name another file with --out, or move that one away.`)
    case 'ENOENT':
    case 'ENOTDIR': return new CommandFailure(`There is no folder ${dirname(path)}. Make it, or name another file with --out.`)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS': return new CommandFailure(`You may not ${verb} ${path} (${code}). Name a file in a folder of your own with --out.`)
    case 'ENOSPC':
    case 'EDQUOT': return new CommandFailure(`There is no room left for ${path} (${code}). Make room and run the same command again, or name a file on another disk with --out.`)
    case 'EISDIR': return new CommandFailure(`${path} is a folder, not a file.`)
    case 'ELOOP': return new CommandFailure(`${path} is a link, and might lead anywhere. Name the file itself.`)
    default: return new CommandFailure(`${path} cannot be ${verb === 'read' ? 'read' : 'written'} (${code}).`)
  }
}

/** Runs what reads or writes a file; a fault of the file's is told as what to do. */
export async function overFile<T>(path: string, verb: 'read' | 'write', work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof CommandFailure ? error : fileFailure(error, path, verb) ?? error
  }
}

/** A new name is safe once its folder is synced. */
export async function syncFolderOf(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
