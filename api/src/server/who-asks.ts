import type { Identity } from '../auth/identity.js'

/**
 * Whose share of the limits a request takes: the holder's of a verified token, whichever of their tokens it is and however the
 * header is spelt; else everybody's behind the same address (see `client-address.ts`). A token that is none of ours is nobody's.
 */
export function whoAsks(identity: Identity, address: string): string {
  switch (identity.role) {
    case 'ANONYMOUS': return `address ${address}`
    case 'VOTER': return `VOTER e${identity.claims.election} ${identity.claims.ref}`
    default: return `${identity.role} ${identity.claims.sub}`
  }
}
