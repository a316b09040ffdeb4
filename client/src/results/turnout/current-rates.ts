import type { Election } from '../../elections/documents.js'
import type { Results } from '../documents.js'

const SECOND_SPAN_MS = 20_000
const MINUTE_SPAN_MS = 60_000
const HOUR_SPAN_MS = 3_600_000

/**
 * The rates of now: those of the newest message, less each whose span has passed since its newest ballot, as no message
 * comes while nobody votes. Null once voting has ended.
 */
export function currentRates(results: Pick<Results, 'rates' | 'asOf'> | null, { phase, closesAt }: Pick<Election, 'phase' | 'closesAt'>, now: number): Results['rates'] {
  const rates = results?.rates ?? null
  if (results === null || rates === null || phase === 'CLOSED' || phase === 'CERTIFIED' || now >= Date.parse(closesAt)) return null
  const age = results.asOf === null ? Infinity : now - Date.parse(results.asOf)
  const during = (span: number, rate: number): number => age <= span ? rate : 0
  return {
    perSecond: during(SECOND_SPAN_MS, rates.perSecond),
    perMinute: during(MINUTE_SPAN_MS, rates.perMinute),
    perHour: during(HOUR_SPAN_MS, rates.perHour),
  }
}
