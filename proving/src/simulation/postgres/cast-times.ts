import type { CastAnswer, CastRow } from '@livetally/core/store'
import type { Guards } from '../guards.js'
import type { BoxRow, ElectionRow } from './tables.js'

/** Up to there the clock of a counting centre may run fast: its time counts as now. */
const FAST_MS = 120_000

/** When the ballots of one transaction were cast (counting rule "Accept" 8). */
export interface CastTimes {
  /** Of what brings no time of its own: the clock, never going back within the box. */
  readonly floor: number
  of(row: Pick<CastRow, 'castAt'>): number
  /** Why a ballot's own time cannot be; undefined if it can. */
  refusal(row: Pick<CastRow, 'castAt'>): CastAnswer | undefined
}

export function createCastTimes({ opensAt, structure: { definition } }: Pick<ElectionRow, 'opensAt' | 'structure'>, { box, now }: { box: Pick<BoxRow, 'lastCastAt'>, now: number }, guards: Guards): CastTimes {
  const { granularityMs } = definition.time
  const floor = Math.max(box.lastCastAt, Math.floor(now / granularityMs) * granularityMs)
  const earliest = definition.castFrom === undefined ? opensAt : Math.min(opensAt, Date.parse(definition.castFrom))
  const isBounded = guards.has('bounds of imported time')
  return {
    floor,
    of: ({ castAt }) => castAt === undefined ? floor : isBounded ? Math.min(castAt, now) : castAt,
    refusal({ castAt }) {
      if (castAt === undefined || !isBounded) return undefined
      if (castAt > now + FAST_MS) return { verdict: 'IN_FUTURE', now }
      return castAt < earliest ? { verdict: 'BEFORE_OPENING', earliest } : undefined
    },
  }
}
