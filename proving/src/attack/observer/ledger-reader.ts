import { VOTE_CHANNELS, type AttributeValues, type Correction, type Selections } from '@livetally/core/election'
import type { TestNetwork } from '@livetally/local/test-network'
import type { KnownBallot, KnownCorrection, KnownMark, Ledger } from '../ballots.js'

const ENTRIES = `SELECT box, seq, kind, tracker, unit, channel, attributes, selections, correction, (extract(epoch FROM cast_at) * 1000)::float8 AS cast_ms
  FROM box_entry WHERE election = $1 ORDER BY box, seq`
const BALLOT = 0
const CORRECTION = 2
const SEAL = 3

interface EntryRow { box: number, seq: string, kind: number, tracker: string, unit: string, channel: number, attributes: AttributeValues, selections: Selections, correction: Correction, cast_ms: number }

/** No path to the outside: it stands for the strongest knowledge of who voted when and where, and checks what the attack has read. */
export async function readLedger({ pool }: TestNetwork, election: number): Promise<Ledger> {
  const { rows } = await pool.query<EntryRow>(ENTRIES, [election])
  const ballots: KnownBallot[] = []
  const marks: KnownMark[] = []
  const corrections: KnownCorrection[] = []
  for (const { box, seq: text, kind, tracker, unit, channel, attributes, selections, correction, cast_ms: castAt } of rows) {
    const seq = Number(text)
    switch (kind) {
      case BALLOT: {
        const name = VOTE_CHANNELS[channel]
        if (name === undefined) throw new Error(`the ledger names a channel ${channel} that there is not`)
        ballots.push({ box, seq, castAt, tracker, unit, channel: name, attributes, selections })
        break
      }
      case CORRECTION: corrections.push({ seq, unit: correction.unit, channel: correction.channel, changes: correction.changes }); break
      default: marks.push({ box, seq, castAt, kind: kind === SEAL ? 'SEAL' : 'TICK' })
    }
  }
  return { ballots, marks, corrections }
}
