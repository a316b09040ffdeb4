import { z } from 'zod'
import { ELECTION_PHASES, type ElectionPhase } from '../../election/index.js'
import { createEventFormat, field } from './event-format.js'

/**
 * An election as it is now: its phase and its definition. Sent at least once after every change; of several records of one
 * election the one with the greatest versions is the truth. Those who hold an election in memory are woken by it.
 */
export interface ElectionChanged {
  readonly v: 1
  readonly election: number
  readonly slug: string
  readonly phase: ElectionPhase
  readonly phaseVersion: number
  readonly definitionVersion: number
  /** The definition document as `createElection` takes it. Missing for drafts, and where it is too large for a record (about 900 kB): then ask the API. */
  readonly definition?: Readonly<Record<string, unknown>>
}

export const electionChangedSchema: z.ZodType<ElectionChanged> = z.object({
  v: field.version,
  election: field.election,
  slug: z.string().min(1).max(63),
  phase: z.enum(ELECTION_PHASES),
  phaseVersion: field.count,
  definitionVersion: field.count,
  definition: z.record(z.string(), z.unknown()).exactOptional(),
})

const format = createEventFormat(electionChangedSchema)
export const encodeElectionChanged = format.encode
export const parseElectionChanged = format.parse

export function electionChangedKey(election: number): string {
  return `e${election}`
}
