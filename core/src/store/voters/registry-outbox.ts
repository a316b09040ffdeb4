import type { AttributeValues, VoteChannel } from '../../election/index.js'
import type { Database } from '../database/database.js'

/** A registration as everybody may know it: no name, no address, no code, and no reference that a participation has, too. */
export interface AnonymousRegistration { number: number, unit: string, channel: VoteChannel | null, attributes: AttributeValues }

/** Registrations that come next in one election, ascending; `next` is where those after them begin. */
export interface RegistrySlice { election: number, next: number, registrations: AnonymousRegistration[] }

/** Which registrations topic `voters` has not been told of. The roll is the outbox: what was registered is to be told, in the same commit. */
export interface RegistryOutbox {
  /** The next registrations of every roll (100 rolls at most); empty when all are told. */
  toTell(limitPerElection: number): Promise<RegistrySlice[]>
  /** Kafka has everybody below `next`. */
  noteTold(election: number, next: number): Promise<void>
}

export function createRegistryOutbox({ pool }: Pick<Database, 'pool'>): RegistryOutbox {
  const read = async (election: number, from: number, end: number, limit: number): Promise<RegistrySlice> => {
    const { rows } = await pool.query<{ number: string, unit: string, channel: VoteChannel | null, attributes: AttributeValues }>(READ, [election, from, end, limit])
    const last = rows.at(-1)
    return {
      election,
      // Numbers may be left out, also at the end.
      next: rows.length < limit || last === undefined ? end : Number(last.number) + 1,
      registrations: rows.map(({ number, unit, channel, attributes }) => ({ number: Number(number), unit, channel, attributes })),
    }
  }
  return {
    async toTell(limitPerElection) {
      const { rows } = await pool.query<{ election: number, next_number: string, told_number: string }>(BEHIND)
      const slices: RegistrySlice[] = []
      for (const row of rows) slices.push(await read(row.election, Number(row.told_number), Number(row.next_number), limitPerElection))
      return slices
    },
    async noteTold(election, next) {
      await pool.query('UPDATE roll SET told_number = greatest(told_number, $2) WHERE election = $1', [election, next])
    },
  }
}

const BEHIND = 'SELECT election, next_number, told_number FROM roll WHERE told_number < next_number ORDER BY election LIMIT 100'

const READ = `
  SELECT number, unit, channel, attributes FROM voter WHERE election = $1 AND number >= $2 AND number < $3 ORDER BY number LIMIT $4`
