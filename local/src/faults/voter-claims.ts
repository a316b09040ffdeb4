import { parseId } from '@livetally/core/election'
import type { SyntheticVoter } from '@livetally/simulator'
import { createHash } from 'node:crypto'

/** What a synthetic voter's session token says of them, as a sign-in by voting code would issue it. `exp` in seconds since 1970. */
export function voterClaims(electionId: string, voter: SyntheticVoter, exp: number) {
  const unit = parseId(voter.place.id)
  const attributes = Object.fromEntries(voter.attributes.map(({ attributeId, valueId }) => {
    const parsed = parseId(attributeId)
    return [parsed?.kind === 'attribute' ? parsed.attribute : attributeId, valueId]
  }))
  return {
    exp,
    election: parseId(electionId)?.key ?? 0,
    ref: createHash('sha256').update(voter.voterId).digest('base64url'),
    unit: unit?.kind === 'unit' ? unit.unit : '',
    channel: 'ONLINE' as const,
    attributes,
  }
}
