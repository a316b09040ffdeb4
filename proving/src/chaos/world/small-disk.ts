import { execFile } from 'node:child_process'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A file system of our own in memory, that can be made full without filling it. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string
  /** Shrinks it to what it holds: from now on every write that needs room fails with ENOSPC. */
  fill(): Promise<void>
  free(): Promise<void>
}

const ROOMY = '75%'

/** Undefined where we may not mount. */
export async function mountSmallDisk(): Promise<SmallDisk | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'livetally-chaos-disk-'))
  const remount = (size: string) => run('mount', ['-o', `remount,size=${size}`, folder])
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${ROOMY},mode=0755`, 'livetally-chaos', folder])
  } catch {
    await rm(folder, { recursive: true, force: true })
    return undefined
  }
  return {
    folder,
    async fill() {
      const { bsize, blocks, bfree } = await statfs(folder)
      // What is written meanwhile needs room to be mounted on: a little stays free.
      await remount(String((blocks - bfree) * bsize + 262_144))
    },
    async free() { await remount(ROOMY) },
    async [Symbol.asyncDispose]() {
      await run('umount', ['-l', folder])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
