import type { ElectionPhase } from './vocabulary.js'
import type { Structure } from './structure/structure.js'

/** An election as the roles hold it in memory: what changes (phase, times) beside what does not (structure). */
export interface Election {
  /** Database key; `e12` to the outside is key 12. */
  readonly key: number
  readonly slug: string
  readonly phase: ElectionPhase
  /** Raised by every phase change and extension; a ballot carries the one it met on arrival. */
  readonly phaseVersion: number
  /** Raised by every edit of the definition. */
  readonly definitionVersion: number
  /** Of this definition and no other, also where a restored database gives a version a second time. */
  readonly definitionId: string
  readonly opensAt: Date
  readonly closesAt: Date
  readonly structure: Structure
}

/** From when on a ballot of this election may have been cast, ms since 1970: its opening, or earlier where early ballots count. */
export function beginningOf({ opensAt, structure: { definition: { castFrom } } }: Pick<Election, 'opensAt' | 'structure'>): number {
  return castFrom === undefined ? opensAt.getTime() : Math.min(opensAt.getTime(), Date.parse(castFrom))
}

/** What tells whether an election is still what it was. The phase itself and the definition's id: a restored database may give their numbers to others. */
export type ElectionState = Pick<Election, 'phase' | 'phaseVersion' | 'definitionId'>

export function isSameState(one: ElectionState, other: ElectionState): boolean {
  return one.phase === other.phase && one.phaseVersion === other.phaseVersion && one.definitionId === other.definitionId
}
