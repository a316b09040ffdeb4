import { createElectorate } from '../electorate/electorate.js'
import type { ElectionShape } from '../system/election-shape.js'
import type { NewVoter } from '../system/voters.js'

/** A made-up roll of online voters spread over the places in proportion to their voters; the same seed gives the same roll. */
export function syntheticRoll(shape: ElectionShape, count: number, seed: string, prefix = 'voter'): NewVoter[] {
  const electorate = createElectorate({ shape, seed: `roll/${seed}` })
  if (electorate.size === 0) return []
  return Array.from({ length: count }, (_, at): NewVoter => {
    // More voters than go to vote: the same people's neighbours, under ids of their own.
    const voter = electorate.voter(at % electorate.size)
    const voterId = `${prefix}-${seed}-${String(at + 1).padStart(6, '0')}`
    const { name, address } = electorate.nameOf({ ...voter, voterId })
    return { voterId, reportingUnitId: voter.place.id, name, address, channel: 'ONLINE', attributes: voter.attributes }
  })
}
