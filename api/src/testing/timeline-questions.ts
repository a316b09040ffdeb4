import type { Querying } from './simulated-clock.js'
import type { OracleRow, OracleWindow } from './timeline-oracle.js'

/** The part of a test network that these questions use. */
interface Asking {
  readonly pool: Querying
  graphql<Data>(document: string, variables?: Record<string, unknown>): Promise<Data>
}

export interface ShownWindow { start: string, end: string, isFinal: boolean, ballots: number, late: number, totals: { votes: number }[] }

/** The number of an election in the database, by its id. */
export const keyOf = (id: string): number => Number(id.slice(1))

/** Windows as the oracle counts them. */
export const rowsOf = (shown: readonly ShownWindow[]): OracleRow[] => shown.map(({ start, end, isFinal, ballots, totals }) => [start, end, isFinal, ballots, ...totals.map(({ votes }) => votes)])

const instant = (at: number | undefined): string | undefined => at === undefined ? undefined : new Date(at).toISOString()
const duration = (seconds: number): string => `PT${seconds}S`

/** What a test asks the API of a timeline. */
export function timelineQuestions(network: Asking) {
  return {
    /** True once every entry of the ledger is published. */
    async isCounted(id: string): Promise<boolean> {
      const { rows: [head] } = await network.pool.query('SELECT sum(next_seq) AS entries FROM ballot_box WHERE election = $1', [keyOf(id)])
      const { election } = await network.graphql<{ election: { results: { boxes: { nextSeq: number }[] } } }>('query($id: ID!) { election(id: $id) { results { boxes { nextSeq } } } }', { id })
      const entries = Number(head?.['entries'])
      return entries > 0 && election.results.boxes.reduce((sum, { nextSeq }) => sum + nextSeq, 0) === entries
    },
    /** Throws what the API says of windows that cannot be had. */
    async timelineOf(id: string, window: OracleWindow, { contest, unit, from, to }: { contest?: string, unit?: string, from?: number, to?: number } = {}): Promise<ShownWindow[]> {
      const input = window.kind === 'SESSION' ? { kind: window.kind, gap: duration(window.gap) }
        : { kind: window.kind, size: duration(window.size), ...window.kind === 'HOPPING' ? { advance: duration(window.advance) } : {} }
      const { election } = await network.graphql<{ election: { results: { timeline: ShownWindow[] } } }>(
        `query($id: ID!, $contest: ID, $unit: ID, $from: DateTime, $to: DateTime, $window: WindowInput!) { election(id: $id) { results {
          timeline(contestId: $contest, reportingUnitId: $unit, window: $window, from: $from, to: $to) { start end isFinal ballots late totals { votes } }
        } } }`, { id, contest: contest && `${id}/c/${contest}`, unit: unit && `${id}/u/${unit}`, from: instant(from), to: instant(to), window: input })
      return election.results.timeline
    },
  }
}
