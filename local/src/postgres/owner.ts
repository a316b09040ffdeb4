import { chown, lchown, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The user that Postgres runs as: nobody in particular, when we are root ourselves; us otherwise. */
export type PostgresOwner = { uid: number, gid: number } | undefined

const nobody = 65_534

/**
 * Postgres refuses to run as root. As root we run it as the owner of the data folder, or where that is root or
 * nobody yet, as uid 65534.
 */
export async function postgresOwner(dataFolder: string): Promise<PostgresOwner> {
  if (process.getuid?.() !== 0) return undefined
  const found = await stat(dataFolder).catch(() => undefined)
  return found === undefined || found.uid === 0 ? { uid: nobody, gid: nobody } : { uid: found.uid, gid: found.gid }
}

/** Gives a folder that root has made or copied, with all that is in it, to the owner. */
export async function giveTo(owner: PostgresOwner, folder: string): Promise<void> {
  if (owner === undefined || (await stat(folder)).uid !== 0) return
  await chown(folder, owner.uid, owner.gid)
  for (const entry of await readdir(folder, { recursive: true })) await lchown(join(folder, entry), owner.uid, owner.gid)
}

export type ReachableFolder = { path: string, descriptors: number[], [Symbol.asyncDispose]: () => Promise<void> }

/**
 * A path by which the owner reaches the folder even where it may not enter the folders above it, as in a
 * clone below /root: we open the folder, the child inherits that as descriptor 3 and names it by its number.
 * (Only on Linux; elsewhere the path itself.)
 */
export async function openFor(owner: PostgresOwner, folder: string): Promise<ReachableFolder> {
  if (owner === undefined || process.platform !== 'linux') {
    return { path: folder, descriptors: [], [Symbol.asyncDispose]: async () => undefined }
  }
  const handle = await open(folder)
  return { path: '/proc/self/fd/3', descriptors: [handle.fd], [Symbol.asyncDispose]: () => handle.close() }
}
