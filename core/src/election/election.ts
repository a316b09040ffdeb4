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
