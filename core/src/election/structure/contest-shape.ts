import type { ElectionDefinition } from '../definition/definition.js'

/** A contest with the place of each option in its counts. */
export interface ContestShape {
  readonly id: string
  readonly definition: ElectionDefinition['contests'][number]
  readonly votesAllowed: number
  readonly optionIndex: ReadonlyMap<string, number>
}
