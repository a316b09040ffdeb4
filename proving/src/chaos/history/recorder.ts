import { createReadStream, createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { HistoryLine } from './history.js'

/** Writes what happens, line by line. What waits for the disk is bounded: beyond that, whoever records has to wait, too. */
export interface Recorder extends AsyncDisposable {
  record(line: HistoryLine): void
  /** Resolves once there is room again; at once, as a rule. */
  ready(): Promise<void>
  readonly lines: number
}

const MOST_WAITING_BYTES = 16 * 1024 * 1024

/** The history goes to a file of JSON lines, so that its length costs disk and not memory. */
export function createRecorder(file: string): Recorder {
  const stream = createWriteStream(file, { flags: 'w', mode: 0o600, highWaterMark: MOST_WAITING_BYTES })
  const failed = once(stream, 'error').then(([error]) => { throw error })
  failed.catch(() => undefined)
  let lines = 0
  let hasRoom = true
  return {
    record(line) {
      lines += 1
      hasRoom = stream.write(`${JSON.stringify(line)}\n`)
    },
    async ready() {
      if (hasRoom) return
      await Promise.race([once(stream, 'drain'), failed])
    },
    get lines() { return lines },
    async [Symbol.asyncDispose]() {
      stream.end()
      await Promise.race([once(stream, 'close'), failed])
    },
  }
}

/** Reads a recorded history from its beginning, one line at a time. */
export async function* readHistory(file: string): AsyncGenerator<HistoryLine, undefined> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line !== '') yield JSON.parse(line) as HistoryLine
  }
  return undefined
}
