import { castRows } from '@livetally/bench/parts'
import type { Election } from '@livetally/core/election'
import type { BallotLedger, CastRow } from '@livetally/core/store'
import { createPace } from '@livetally/simulator'

export interface CastOptions {
  ledger: BallotLedger
  election: Election
  /** Number of the first ballot, and how many. */
  from: number
  count: number
  /** Ballots a second; as fast as the ledger takes them without it. */
  rate?: number
  onCast?: (count: number) => void
}

/** Ballots made at once; bounds memory. */
const CHUNK = 8_000
const BATCH = 500
const CONNECTIONS = 2

/** Accepts ballots of voters who have not voted yet, each in the box of its place, as the API's batcher would hand them to the ledger. */
export async function cast({ ledger, election, from, count, rate, onCast }: CastOptions): Promise<void> {
  const pace = createPace(rate)
  const boxOf = new Map(election.structure.leaves.map((leaf) => [leaf.id, leaf.box ?? 0]))
  const chunkSize = rate === undefined ? CHUNK : Math.min(CHUNK, Math.max(1, Math.round(rate / 10)))
  for (let at = 0; at < count; at += chunkSize) {
    const size = Math.min(chunkSize, count - at)
    await pace.take(size)
    await castChunk(ledger, election.key, batchesOf(castRows(election.structure, election.phaseVersion, from + at, size), boxOf))
    onCast?.(size)
  }
}

interface Batch { box: number, rows: CastRow[] }

function batchesOf(rows: readonly CastRow[], boxOf: ReadonlyMap<string, number>): Batch[] {
  const open = new Map<number, CastRow[]>()
  const batches: Batch[] = []
  for (const row of rows) {
    const box = boxOf.get(row.ballot.unit) ?? 0
    const known = open.get(box)
    if (known !== undefined && known.length < BATCH) {
      known.push(row)
      continue
    }
    const fresh = [row]
    open.set(box, fresh)
    batches.push({ box, rows: fresh })
  }
  return batches
}

async function castChunk(ledger: BallotLedger, election: number, batches: readonly Batch[]): Promise<void> {
  const left = [...batches]
  const connection = async (): Promise<void> => {
    for (let batch = left.shift(); batch !== undefined; batch = left.shift()) {
      const refused = (await ledger.castBatch(election, batch.box, batch.rows)).find(({ verdict }) => verdict !== 'ACCEPTED')
      if (refused !== undefined) throw new Error(`A ballot was not accepted: ${JSON.stringify(refused)}`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, connection))
}
