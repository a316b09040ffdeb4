import type { AttributeValues } from '../../election/index.js'
import type { Database } from '../database/database.js'

/** Where the roll has a voter vote, and in which groups. */
export interface RollEntry { readonly voterRef: Buffer, readonly unit: string, readonly attributes: AttributeValues }

/** `NO_ROLL`: nobody is registered in this election; undefined: others are, this voter is not. */
export type RollAnswer = RollEntry | 'NO_ROLL' | undefined

export interface RollLookup {
  /** `voterRefs`: the references under which one voter may stand on the roll, at most `MOST_SPELLINGS`; the first that is found counts. */
  find(election: number, voterRefs: readonly Buffer[]): Promise<RollAnswer>
}

interface Asked { readonly voterRefs: readonly Buffer[], answer(found: RollAnswer): void, fail(error: unknown): void }

export const MOST_SPELLINGS = 2
const AT_ONCE = 1_000

/** What is asked in one turn goes to the database together: one look-up for a batch of up to 1,000 ballots of an election. */
export function createRollLookup({ pool }: Pick<Database, 'pool'>): RollLookup {
  const waiting = new Map<number, Asked[]>()
  const ask = async (election: number, asked: readonly Asked[]): Promise<void> => {
    try {
      const { rows } = await pool.query<{ has_roll: boolean, voter_ref: Buffer | null, unit: string, attributes: AttributeValues }>(FIND, [election, asked.flatMap(({ voterRefs }) => voterRefs.slice(0, MOST_SPELLINGS))])
      const found = new Map(rows.flatMap(({ voter_ref: voterRef, unit, attributes }): [string, RollEntry][] => voterRef === null ? [] : [[voterRef.toString('hex'), { voterRef, unit, attributes }]]))
      for (const { voterRefs, answer } of asked) {
        const ref = voterRefs.find((candidate) => found.has(candidate.toString('hex')))
        answer(rows[0]?.has_roll !== true ? 'NO_ROLL' : ref && found.get(ref.toString('hex')))
      }
    } catch (error) {
      for (const { fail } of asked) fail(error)
    }
  }
  const askAll = (): void => {
    for (const [election, asked] of waiting) {
      for (let at = 0; at < asked.length; at += AT_ONCE) void ask(election, asked.slice(at, at + AT_ONCE))
    }
    waiting.clear()
  }
  return {
    find: (election, voterRefs) => new Promise((answer, fail) => {
      if (waiting.size === 0) setImmediate(askAll)
      const asked = waiting.get(election) ?? []
      asked.push({ voterRefs, answer, fail })
      waiting.set(election, asked)
    }),
  }
}

const FIND = `
  SELECT r.has_roll, v.voter_ref, v.unit, v.attributes
  FROM (SELECT has_roll($1) AS has_roll) r LEFT JOIN find_on_roll($1, $2::bytea[]) v ON true`
