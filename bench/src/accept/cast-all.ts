import type { BallotLedger, CastRow } from '@livetally/core/store'

/** One connection per box, each filling its own: no transaction waits for another's. */
export const CONNECTIONS = 2

/** Casts the rows in transactions of `batch`, the next one as soon as a connection is free; every one must be accepted. Returns the latency of each transaction, ms. */
export async function castAll(ledger: BallotLedger, election: number, rows: readonly CastRow[], batch: number): Promise<number[]> {
  const latencies: number[] = []
  let next = 0
  const connection = async (box: number): Promise<void> => {
    while (next < rows.length) {
      const taken = rows.slice(next, next += batch)
      const began = performance.now()
      const answers = await ledger.castBatch(election, box, taken)
      latencies.push(performance.now() - began)
      if (answers.some(({ verdict }) => verdict !== 'ACCEPTED')) throw new Error(`A vote was not accepted: ${JSON.stringify(answers.find(({ verdict }) => verdict !== 'ACCEPTED'))}`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, box) => connection(box)))
  return latencies
}
