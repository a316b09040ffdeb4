import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestNetwork } from '../test-network/index.js'

/** A line of the log, as pino writes it. `level`: 30 is info, 40 warn, 50 error. */
export interface LogLine extends Readonly<Record<string, unknown>> { readonly level: number, readonly msg: string, readonly event?: string, readonly role?: string }

/** Every line of a process' log, which must all be JSON documents. Named as its file is: `api-0`, `workers-1`. */
export async function readLog({ home }: Pick<TestNetwork, 'home'>, process: string): Promise<LogLine[]> {
  const text = await readFile(join(home, `${process}.log`), 'utf8')
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LogLine)
}

/** Lines with these fields. */
export function linesWith(lines: readonly LogLine[], wanted: Partial<LogLine>): LogLine[] {
  return lines.filter((line) => Object.entries(wanted).every(([field, value]) => line[field] === value))
}
