import { open, rename, stat } from 'node:fs/promises'

/** The last `bytes` (default 8 KiB) of a log file; empty if there is none. */
export async function logTail(path: string, bytes = 8192): Promise<string> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    const start = Math.max(0, size - bytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start)
    return buffer.subarray(0, bytesRead).toString('utf8')
  } catch {
    return ''
  }
}

const rotateAt = 20 * 1024 * 1024

/** Sets a log file that has grown beyond 20 MB aside as `<path>.1`, in place of the one before. */
export async function rotateLog(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined && found.size > rotateAt) await rename(path, `${path}.1`)
}

/** Size of a file in bytes, 0 if there is none: from here on a log is news. */
export async function logSize(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}
