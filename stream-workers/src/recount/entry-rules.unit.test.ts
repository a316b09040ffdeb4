import type { BoxEntry } from '@livetally/core/election'
import { describe, expect, test } from 'vitest'
import { createEntryRules } from './entry-rules.js'

type Judged = Parameters<typeof createEntryRules>[0]

const at = (time: string): number => Date.parse(`2031-05-04T${time}Z`)
const election: Judged = { isImportedTime: true, granularityMs: 1_000, opensAt: at('08:00:00.500'), closesAt: at('20:00:00'), castFrom: undefined, boxOf: new Map([['mill', 0]]) }
const ballot = (castAt: number): BoxEntry => ({ kind: 'BALLOT', seq: 4, castAt, commitment: '', unit: 'mill', channel: 'EARLY', attributes: {}, selections: {} })

function timesOf(castAt: number, changes: Partial<Judged> = {}): string[] {
  const rules = createEntryRules({ ...election, ...changes }, { box: 0, isForCorrections: false, now: at('12:00:00') })
  rules.take(ballot(castAt))
  return rules.times
}

describe('a ballot that brought its time', () => {
  test.each([
    ['within the granule in which voting opened', at('08:00:00'), []],
    ['just before the opening', at('07:59:59.999'), ['box 0: entry 4 was cast before the opening']],
    ['as late as the clock', at('12:00:00'), []],
    ['later than the clock', at('12:00:00.001'), ['box 0: entry 4 lies in the future']],
  ])('%s is judged by the recount\'s own rule', (_when, castAt, problems) => {
    expect(timesOf(castAt)).toEqual(problems)
  })

  test('after the closing is found, whatever the clock says', () => {
    expect(timesOf(at('10:00:01'), { closesAt: at('10:00:00') })).toEqual(['box 0: entry 4 was cast after the closing'])
  })

  test('may be as old as the election says of early ballots, and no older', () => {
    const castFrom = Date.parse('2031-04-20T08:00:00Z')
    expect(timesOf(castFrom, { castFrom })).toEqual([])
    expect(timesOf(castFrom - 1, { castFrom })).toEqual(['box 0: entry 4 was cast before the opening'])
  })
})
