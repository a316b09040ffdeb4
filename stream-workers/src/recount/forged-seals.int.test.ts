import type { Election } from '@livetally/core/election'
import { testForgeries, type Forgery } from './forgeries-under-test.js'
import type { Forger } from './forger-under-test.js'

const closed = async (forger: Forger, slug: string): Promise<Election> => {
  const election = await forger.election(slug)
  await forger.cast(election, ['ada', 'bo', 'cleo'])
  await forger.cast(election, ['fay'], { unit: 'market' })
  return forger.close(election)
}
/** What anybody can compute. */
const SEAL_COMMITMENT = `sha256(convert_to(format('livetally seal/%s/%s/%s/%s', election, box, seq, (extract(epoch FROM cast_at) * 1000)::bigint), 'UTF8'))`
const recommit = `UPDATE box_entry SET commitment = ${SEAL_COMMITMENT} WHERE election = $1 AND kind = 3`

const FORGERIES: readonly Forgery[] = [
  {
    what: 'the seal of a box was torn off',
    prepare: closed,
    forge: async (forger, election) => {
      await forger.tamper(election, 'DELETE FROM box_entry WHERE election = $1 AND box = 0 AND kind = 3')
      await forger.rebuild(election)
    },
    foundBy: ['seals'], says: /box 0: it does not end with a seal/,
  },
  {
    what: 'one box was sealed at another time than the other',
    prepare: closed,
    forge: async (forger, election) => {
      await forger.tamper(election, `UPDATE box_entry SET cast_at = cast_at + interval '1 second' WHERE election = $1 AND box = 1 AND kind = 3`, recommit)
      await forger.rebuild(election)
    },
    foundBy: ['seals'], says: /boxes were sealed at 2 different times/,
  },
  {
    what: 'the times of the seals were changed',
    prepare: closed,
    forge: async (forger, election) => {
      await forger.tamper(election, `UPDATE box_entry SET cast_at = cast_at + interval '1 second' WHERE election = $1 AND kind = 3`)
      await forger.rebuild(election)
    },
    foundBy: ['commitments'], says: /box 0: entry 3 is not the seal that was committed to/,
  },
  {
    what: 'a ballot was put behind the seal',
    prepare: closed,
    forge: async (forger, election) => {
      await forger.tamper(election,
        'UPDATE box_entry b SET cast_at = s.cast_at FROM box_entry s WHERE b.election = $1 AND b.box = 0 AND b.seq = 2 AND s.election = $1 AND s.box = 0 AND s.kind = 3',
        'UPDATE box_entry SET seq = seq + 10 WHERE election = $1 AND box = 0 AND seq = 2',
        'UPDATE box_entry SET seq = 2 WHERE election = $1 AND box = 0 AND kind = 3', recommit)
      await forger.rebuild(election)
    },
    foundBy: ['kinds', 'seals'], says: /box 0: entry 3 lies behind the seal/,
  },
  {
    what: 'a box was sealed while people voted',
    prepare: async (forger, slug) => {
      const election = await forger.election(slug)
      await forger.cast(election, ['ada'])
      return election
    },
    forge: async (forger, election) => {
      await forger.append(election, 0, { kind: '3', cast_at: 'last_cast_at', commitment: `sha256('to be made')` })
      await forger.tamper(election, recommit)
      await forger.rebuild(election)
    },
    foundBy: ['seals'], says: /box 0: it is sealed and voting has not ended/,
  },
]

testForgeries(FORGERIES, closed)
