import type { Ballot, Election, ElectionDefinition } from '@livetally/core/election'
import { electionKeys } from '@livetally/core/voting'
import { randomUUID } from 'node:crypto'
import { castRow, definitionNow, digest, type StoreUnderTest } from '../../../core/src/store/store-under-test.js'
import { commitTo, saltOf } from '../../../core/src/voting/receipt.js'
import { digestAfter } from './box-audit.js'

export const MASTER_KEY = Buffer.alloc(32, 'flour')

export const auditKeyOf = ({ slug }: Pick<Election, 'slug'>): Buffer => electionKeys(MASTER_KEY, slug).auditKey

/** Elections with ballots that were truly committed to, and somebody who owns the database and knows how digests are made. */
export interface Forger {
  /** Crumbleton, open, under the master key. */
  election(slug: string, changes?: Partial<ElectionDefinition>): Promise<Election>
  /** One transaction of ballots of these voters; of one place, and so of one box. */
  cast(election: Election, voters: readonly string[], ballot?: Partial<Ballot>, castAt?: number): Promise<void>
  /** Puts voters on the roll of a place, as registering them would. */
  register(election: Election, unit: string, voters: readonly string[]): Promise<void>
  /** Runs statements with all triggers off; `$1` is the election. */
  tamper(election: Election, ...statements: readonly string[]): Promise<void>
  /** Puts an entry at the end of a box, as a transaction of its own. */
  append(election: Election, box: number, columns: Readonly<Record<string, string>>): Promise<void>
  /** Numbers the entries of every box without holes, and makes digests and heads that follow. */
  rebuild(election: Election): Promise<void>
  close(election: Election): Promise<Election>
  commitmentTo(election: Election, tracker: string, ballot: Ballot): Buffer
}

const TABLES = ['box_entry', 'participation', 'ballot_box', 'election', 'result_revision', 'tally']

export function createForger({ elections, ledger, owner, reload }: StoreUnderTest): Forger {
  const commitmentTo: Forger['commitmentTo'] = (election, tracker, ballot) => commitTo(saltOf(auditKeyOf(election), tracker), election.key, ballot)
  const tamper: Forger['tamper'] = async (election, ...statements) => {
    for (const table of TABLES) await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`)
    for (const statement of statements) {
      const { rowCount } = await owner.query(statement.replaceAll('$1', String(election.key)))
      if (rowCount === 0) throw new Error(`Nothing was tampered with: ${statement}`)
    }
    for (const table of TABLES) await owner.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`)
  }
  return {
    commitmentTo, tamper,
    async election(slug, changes = {}) {
      const created = await elections.create(definitionNow({ slug, ...changes }), electionKeys(MASTER_KEY, slug).fingerprint)
      if (!created.ok) throw new Error(created.reason)
      for (const change of ['publish', 'open'] as const) {
        const outcome = await elections.changePhase(created.key, change)
        if (!outcome.ok) throw new Error(outcome.message)
      }
      return reload(created.key)
    },
    async cast(election, voters, changes = {}, castAt) {
      const rows = voters.map((voter) => {
        const tracker = randomUUID()
        const ballot: Ballot = { unit: 'mill', channel: 'ONLINE', attributes: { age: 'young' }, selections: { baker: ['rye'] }, ...changes }
        return castRow(election, `${voter} of ${election.slug}`, { tracker, ballot, commitment: commitmentTo(election, tracker, ballot), ...castAt === undefined ? {} : { castAt } })
      })
      const answers = await ledger.castBatch(election.key, election.structure.units.get(rows[0]?.ballot.unit ?? '')?.box ?? 0, rows)
      if (answers.some(({ verdict }) => verdict !== 'ACCEPTED')) throw new Error(`The ledger answered ${answers.map(({ verdict }) => verdict).join()}.`)
    },
    async close({ key }) {
      const outcome = await elections.changePhase(key, 'close')
      if (!outcome.ok) throw new Error(outcome.message)
      return reload(key)
    },
    async register(election, unit, voters) {
      for (const voter of voters) {
        const id = `${voter} of ${election.slug}`
        await owner.query(`INSERT INTO roll (election) VALUES ($1) ON CONFLICT DO NOTHING`, [election.key])
        await owner.query(`
          INSERT INTO voter (election, voter_id, voter_ref, code_hash, unit, attributes, number)
          SELECT $1, $2, $3, $4, $5, '{"age":"young"}', next_number FROM roll WHERE election = $1`, [election.key, id, digest(id), digest(`code of ${id}`), unit])
        await owner.query('UPDATE roll SET next_number = next_number + 1 WHERE election = $1', [election.key])
        await owner.query('UPDATE reporting_unit SET registered_voters = registered_voters + 1 WHERE election = $1 AND id = $2', [election.key, unit])
      }
    },
    async append(election, box, columns) {
      const names = Object.keys(columns)
      await tamper(election, `
        INSERT INTO box_entry (election, box, seq, chain, ${names.join(', ')})
        SELECT $1, ${box}, next_seq, sha256('to be made'), ${Object.values(columns).join(', ')} FROM ballot_box WHERE election = $1 AND box = ${box}`,
      `UPDATE ballot_box SET next_seq = next_seq + 1, sealed_seq = sealed_seq + 1 WHERE election = $1 AND box = ${box}`)
    },
    async rebuild(election) {
      const { rows: boxes } = await owner.query<{ box: number }>('SELECT box FROM ballot_box WHERE election = $1 ORDER BY box', [election.key])
      for (const { box } of boxes) {
        const { rows } = await owner.query<{ seq: string, kind: number, commitment: Buffer, ms: string, ends: boolean }>(
          'SELECT seq, kind, commitment, (extract(epoch FROM cast_at) * 1000)::bigint AS ms, chain IS NOT NULL AS ends FROM box_entry WHERE election = $1 AND box = $2 ORDER BY seq', [election.key, box])
        const statements: string[] = []
        let [chain, link] = ['', [] as { commitment: Buffer, entry: { castAt: number } }[]]
        for (const [at, { seq, commitment, ms, ends }] of rows.entries()) {
          link.push({ commitment, entry: { castAt: Number(ms) } })
          const isEnd = ends || at === rows.length - 1
          if (isEnd) [chain, link] = [digestAfter(chain, link), []]
          statements.push(`UPDATE box_entry SET seq = ${at}, chain = ${isEnd ? `decode('${chain}', 'hex')` : 'NULL'} WHERE election = $1 AND box = ${box} AND seq = ${seq}`)
        }
        await tamper(election, ...statements, `
          UPDATE ballot_box SET next_seq = ${rows.length}, ballots = ${rows.filter(({ kind }) => kind === 0).length}, sealed_seq = CASE WHEN sealed_seq IS NOT NULL THEN ${rows.length} END, chain = decode('${chain}', 'hex') WHERE election = $1 AND box = ${box}`)
      }
    },
  }
}
