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

/** Gives a file, or a folder with all that is in it, to the owner if root has made or copied it. */
export async function giveTo(owner: PostgresOwner, path: string): Promise<void> {
  if (owner === undefined) return
  const found = await stat(path)
  if (found.uid !== 0) return
  await chown(path, owner.uid, owner.gid)
  if (!found.isDirectory()) return
  for (const entry of await readdir(path, { recursive: true })) await lchown(join(path, entry), owner.uid, owner.gid)
}

export type Reachable = { paths: string[], descriptors: number[], [Symbol.asyncDispose]: () => Promise<void> }

/**
 * Paths by which the owner reaches files and folders of its own even where it may not enter the folders above them,
 * as in a clone below /root: we open them, the child inherits them as descriptors 3, 4 … and names them by number.
 * (Only for root on Linux; elsewhere the paths themselves.)
 */
export async function openFor(owner: PostgresOwner, paths: readonly string[]): Promise<Reachable> {
  if (owner === undefined || process.platform !== 'linux') {
    return { paths: [...paths], descriptors: [], [Symbol.asyncDispose]: async () => undefined }
  }
  const handles = await Promise.all(paths.map((path) => open(path)))
  return {
    paths: paths.map((_, index) => `/proc/self/fd/${3 + index}`),
    descriptors: handles.map(({ fd }) => fd),
    [Symbol.asyncDispose]: async () => {
      for (const handle of handles) await handle.close()
    },
  }
}
