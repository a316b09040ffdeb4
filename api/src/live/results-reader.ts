import { createResultsAssembler, fromEventRows, parseResultsPublished, type LogRecord } from '@livetally/core/events'
import type { Revision } from '@livetally/core/store'

/** Reads records of topic `results`; gives a revision once all of its parts are there. What cannot be read is passed over: Postgres has it. */
export function createResultsReader(): (record: LogRecord) => Revision | undefined {
  const assembler = createResultsAssembler()
  return ({ value }) => {
    const parsed = parseResultsPublished(value)
    const published = parsed.ok ? assembler.add(parsed.event) : undefined
    if (published === undefined) return undefined
    const { v: _, rows, vector, ...facts } = published
    return { ...facts, vector: [...vector], rows: fromEventRows(rows) }
  }
}
