import type { ElectionDefinitionInput } from '@livetally/core/election'
import { GOVERNOR, NORTH_SHORE_SENATE, PARKS_BOARD, type DemoCandidate } from './demo-candidates.js'
import { demoReportingUnits } from './demo-places.js'
import { drawPortrait } from './portrait.js'

export interface DemoElectionOptions {
  slug?: string
  name?: string
  /** All eligible voters of the 40 polling places together. */
  eligibleVoters?: number
  /** The election opens an hour before and closes 90 days after this instant, in ms since 1970. */
  now?: number
}

export const DEMO_SLUG = 'evergreen-demo'

/** The invented election that `npm start` shows: secret ballots, 3 contests, 12 candidates, 40 polling places, 5 voter attributes. */
export function demoElection(options: DemoElectionOptions = {}): ElectionDefinitionInput {
  const now = options.now ?? Date.now()
  return {
    slug: options.slug ?? DEMO_SLUG,
    name: options.name ?? 'State of Evergreen General Election (demo)',
    description: 'An invented election with invented voters. Nothing here is an official result.',
    timeZone: 'America/New_York',
    opensAt: wholeSecond(now - 3_600_000),
    closesAt: wholeSecond(now + 90 * 86_400_000),
    resultsVisibility: 'LIVE',
    ballotSecrecy: 'SECRET',
    parties: [
      { id: 'harbor', name: 'Harbor Alliance', abbreviation: 'HAR', color: '#1f6feb' },
      { id: 'meadow', name: 'Meadow Party', abbreviation: 'MDW', color: '#2f9e44' },
      { id: 'forge', name: 'Forge Union', abbreviation: 'FRG', color: '#d9480f' },
      { id: 'lantern', name: 'Lantern List', abbreviation: 'LAN', color: '#8250df' },
    ],
    attributes: demoAttributes(),
    breakdowns: [['education', 'registered-party'], ['age-group', 'gender'], ['income', 'education'], ['unit:COUNTY', 'registered-party']],
    reportingUnits: demoReportingUnits(options.eligibleVoters ?? 120_000),
    contests: [
      { id: 'governor', title: 'Governor', reportingUnit: 'evergreen', options: GOVERNOR.map(optionOf) },
      { id: 'parks-board', title: 'State Parks Board', variation: 'N_OF_M', votesAllowed: 2, numberElected: 2, reportingUnit: 'evergreen', options: PARKS_BOARD.map(optionOf) },
      { id: 'senate-north-shore', title: 'State Senator, North Shore', reportingUnit: 'senate-north-shore', options: NORTH_SHORE_SENATE.map(optionOf) },
    ],
  }
}

function optionOf({ portrait, ...candidate }: DemoCandidate): ElectionDefinitionInput['contests'][number]['options'][number] {
  return { ...candidate, photoUrl: drawPortrait(portrait) }
}

function demoAttributes(): ElectionDefinitionInput['attributes'] {
  return [
    { id: 'age-group', name: 'Age group', values: values({ 'age-18-29': '18 to 29', 'age-30-44': '30 to 44', 'age-45-64': '45 to 64', 'age-65-up': '65 and over' }) },
    { id: 'gender', name: 'Gender', values: values({ woman: 'Woman', man: 'Man', nonbinary: 'Non-binary' }) },
    { id: 'education', name: 'Education', values: values({ 'high-school': 'High school or less', 'some-college': 'Some college', bachelor: 'Bachelor\'s degree', graduate: 'Graduate degree' }) },
    { id: 'income', name: 'Household income', values: values({ 'under-30k': 'Under $30,000', '30k-60k': '$30,000 to $60,000', '60k-100k': '$60,000 to $100,000', 'over-100k': 'Over $100,000' }) },
    { id: 'registered-party', name: 'Registered party', values: values({ harbor: 'Harbor Alliance', meadow: 'Meadow Party', forge: 'Forge Union', lantern: 'Lantern List', none: 'No party' }) },
  ]
}

function values(pairs: Record<string, string>): { id: string, name: string }[] {
  return Object.entries(pairs).map(([id, name]) => ({ id, name }))
}

function wholeSecond(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`
}
