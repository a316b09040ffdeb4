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
  readonly opensAt: Date
  readonly closesAt: Date
  readonly structure: Structure
}

/** What tells whether an election is still what it was. The phase itself, too: a restored database may give its number to another. */
export type ElectionState = Pick<Election, 'phase' | 'phaseVersion' | 'definitionVersion'>

export function isSameState(one: ElectionState, other: ElectionState): boolean {
  return one.phase === other.phase && one.phaseVersion === other.phaseVersion && one.definitionVersion === other.definitionVersion
}
