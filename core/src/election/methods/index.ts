import type { ContestShape } from '../structure/contest-shape.js'
import type { VoteVariation } from '../vocabulary.js'
import type { ContestMethod } from './contest-method.js'
import { nOfM } from './n-of-m.js'
import { plurality } from './plurality.js'

export type { ContestMethod } from './contest-method.js'
export type { Lead } from './most-votes.js'

/** How each variation votes and counts. A variation without a method does not compile. */
export const METHODS: Readonly<Record<VoteVariation, ContestMethod>> = {
  PLURALITY: plurality,
  N_OF_M: nOfM,
}

export function methodOf({ definition }: Pick<ContestShape, 'definition'>): ContestMethod {
  return METHODS[definition.variation]
}
