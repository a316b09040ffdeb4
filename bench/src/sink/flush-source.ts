import { createTally, type Tally } from '@livetally/core/election'
import type { BallotLedger, BoxClaim, BoxFlush, Database, TallyStore } from '@livetally/core/store'
import { castRows } from '../accept/cast-rows.js'
import type { OpenElection } from '../election/open-election.js'

const BALLOTS_PER_CAST = 500
/** So dense are the ballots in event time: panes of 10 s hold 10,000. */
const BALLOTS_PER_SECOND = 1_000

/** Flushes as a tabulator makes them: ballots are cast, folded, and what changed in each box is given out. */
export interface FlushSource {
  next(ballots: number): Promise<BoxFlush[]>
}

interface Box { claim: BoxClaim, tally: Tally, nextSeq: number }

/** Claims every box of the election, and casts ballots of its own. */
export async function createFlushSource({ open, ledger, store }: { open: OpenElection, ledger: BallotLedger, store: TallyStore }): Promise<FlushSource> {
  const { structure, election, database } = open
  const boxes: Box[] = []
  for (let box = 0; box < structure.boxCount; box += 1) {
    boxes.push({ claim: await store.claim({ election: election.key, box }, []), tally: createTally(structure), nextSeq: 0 })
  }
  const firstAt = Math.floor(Date.now() / 10_000) * 10_000
  let cast = 0
  return {
    async next(ballots) {
      const rows = castRows(structure, election.phaseVersion, cast, ballots)
      const castAt = firstAt + Math.floor(cast / BALLOTS_PER_SECOND) * 1_000
      cast += ballots
      const flushes: BoxFlush[] = []
      for (const [at, box] of boxes.entries()) {
        const mine = rows.filter(({ ballot }) => structure.units.get(ballot.unit)?.box === at)
        for (let from = 0; from < mine.length; from += BALLOTS_PER_CAST) await ledger.castBatch(election.key, at, mine.slice(from, from + BALLOTS_PER_CAST))
        mine.forEach(({ ballot, commitment }, place) => {
          box.tally.add({ kind: 'BALLOT', seq: box.nextSeq + place, castAt: castAt + Math.floor((place * ballots) / mine.length / BALLOTS_PER_SECOND) * 1_000, commitment: commitment.toString('hex'), ...ballot })
        })
        const fromSeq = box.nextSeq
        box.nextSeq += mine.length
        flushes.push({ ...box.claim, fromSeq, toSeq: box.nextSeq, chain: await chainOf(database, election.key, at), newestAt: box.tally.newestAt, rows: box.tally.takeChanges() })
      }
      return flushes.filter(({ fromSeq, toSeq }) => toSeq > fromSeq)
    },
  }
}

async function chainOf({ pool }: Database, election: number, box: number): Promise<string> {
  const { rows } = await pool.query<{ chain: string }>("SELECT encode(chain, 'hex') AS chain FROM ballot_box WHERE election = $1 AND box = $2", [election, box])
  return rows[0]?.chain ?? ''
}

