import { z } from 'zod'
import { ELECTION_PHASES, type ElectionPhase } from '../election/index.js'
import { createEventFormat, field } from './event-format.js'

/** Wakes those who hold an election in memory; the database says what it is now. */
export interface ElectionChanged {
  readonly v: 1
  readonly election: number
  readonly slug: string
  readonly phase: ElectionPhase
  readonly phaseVersion: number
  readonly definitionVersion: number
}

export const electionChangedSchema: z.ZodType<ElectionChanged> = z.object({
  v: field.version,
  election: field.election,
  slug: z.string().min(1).max(63),
  phase: z.enum(ELECTION_PHASES),
  phaseVersion: field.count,
  definitionVersion: field.count,
})

const format = createEventFormat(electionChangedSchema)
export const encodeElectionChanged = format.encode
export const parseElectionChanged = format.parse

export function electionChangedKey(election: number): string {
  return `e${election}`
}
