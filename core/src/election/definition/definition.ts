import { z } from 'zod'
import { BALLOT_SECRECIES, REPORTING_UNIT_KINDS, RESULTS_VISIBILITIES, TIME_SOURCES, VOTE_VARIATIONS } from '../vocabulary.js'

/** Letters, digits, dot, underscore and hyphen: safe in URLs, Kafka keys and tally keys (which join ids by `/`). */
export const LOCAL_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Beyond these no election is meant, but a year mistyped. */
const [EARLIEST, LATEST] = [0, Date.UTC(2200, 0, 1)]

const localId = z.string().regex(LOCAL_ID, 'must be 1 to 64 letters, digits, dots, underscores or hyphens, beginning with a letter or digit')
const title = z.string().trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters')
const prose = z.string().max(4000, 'must have at most 4,000 characters')
const instant = z.iso.datetime({ offset: true, error: 'must be a date and time with its offset, such as 2026-11-03T07:00:00Z' })
  .refine((text) => !(Date.parse(text) < EARLIEST || Date.parse(text) >= LATEST), 'must lie in the years 1970 to 2199')
const photoUrl = z.string().max(100_000, 'must have at most 100,000 characters')
  .regex(/^(https?:\/\/|\/|data:image\/)/, 'must be an http(s) address, a path on this server, or a data:image URL')

const party = z.strictObject({
  id: localId,
  name: title,
  abbreviation: z.string().trim().min(1).max(12, 'must have at most 12 characters'),
  color: z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #1f6feb'),
})

const contestOption = z.strictObject({
  id: localId,
  name: title,
  party: localId.optional(),
  photoUrl: photoUrl.optional(),
  biography: prose.optional(),
  campaignPlatform: prose.optional(),
  isWriteIn: z.boolean().default(false),
})

const contest = z.strictObject({
  id: localId,
  title,
  variation: z.enum(VOTE_VARIATIONS).default('PLURALITY'),
  votesAllowed: z.int().min(1, 'must be 1 or more').max(100).default(1),
  numberElected: z.int().min(1, 'must be 1 or more').max(100).default(1),
  reportingUnit: localId,
  options: z.array(contestOption).min(1, 'must name at least one option').max(1_000, 'must name at most 1,000 options'),
})

const reportingUnit = z.strictObject({
  id: localId,
  name: title,
  kind: z.enum(REPORTING_UNIT_KINDS),
  /** The next unit up in the administrative tree (precinct → ward → county). */
  parent: localId.optional(),
  /** Any set of other units (NIST: ComposingGpUnitIds). Such units may overlap each other. */
  composedOf: z.array(localId).min(1, 'must name at least one unit').optional(),
  eligibleVoters: z.int().min(0, 'must not be negative').max(2_000_000_000, 'must be at most 2,000,000,000').optional(),
  /** False for rows of a result file that count but are nowhere, such as federal-only ballots. */
  isPlace: z.boolean().default(true),
})

const voterAttribute = z.strictObject({
  id: localId,
  name: title,
  values: z.array(z.strictObject({ id: localId, name: title })).min(1, 'must name at least one value').max(100, 'must name at most 100 values'),
})

const timing = z.strictObject({
  source: z.enum(TIME_SOURCES).default('DATABASE'),
  granularityMs: z.int().min(1).max(10_000).default(1_000)
    .refine((ms) => 10_000 % ms === 0, 'must divide 10,000: a pane of 10 s is a whole number of granules'),
  disorderMs: z.int().min(0).max(86_400_000).default(60_000),
  graceMs: z.int().min(0).max(86_400_000).default(60_000),
  /** Whether windows are counted for each first-level unit, too: yes for up to 50 of them, unless it is said here. */
  firstLevelWindows: z.boolean().optional(),
})

const groupName = z.string().refine((name) => LOCAL_ID.test(name) || REPORTING_UNIT_KINDS.some((kind) => name === `unit:${kind}`),
  'must be the id of an attribute, or unit: and a kind of reporting unit, such as unit:COUNTY')

/** The shape of the document, defaults filled in; what its parts say of each other is checked by `checkDefinition`. */
export const definitionShape = z.strictObject({
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 small letters, digits and hyphens'),
  name: title,
  description: prose.optional(),
  timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone such as America/New_York').default('UTC'),
  opensAt: instant,
  closesAt: instant,
  /** With imported time: from when on early ballots count, where that is before the opening. */
  castFrom: instant.optional(),
  resultsVisibility: z.enum(RESULTS_VISIBILITIES).default('LIVE'),
  /** How secret ballots are: see `Secrecy`. Fixed at publication. */
  ballotSecrecy: z.enum(BALLOT_SECRECIES).default('SECRET'),
  /** Ballots whose choices are published together, where they are secret. */
  releaseSize: z.int().min(5, 'must be 5 or more: fewer ballots could be told apart').max(100, 'must be at most 100').default(10),
  /** The kind of unit at which choices are live: the places where ballots are cast, unless it is said. Choices of smaller units then come at the close. */
  releaseUnits: z.enum(REPORTING_UNIT_KINDS).optional(),
  /** Whether choices are told by channel. Groups are then smaller, and wait longer. */
  choicesByChannel: z.boolean().default(false),
  time: timing.prefault({}),
  /** Ballot boxes; 1 up to 100 leaves and 8 above unless named here. */
  boxes: z.int().min(1).max(64, 'must be at most 64').optional(),
  parties: z.array(party).max(500).default([]),
  attributes: z.array(voterAttribute).max(20, 'must be at most 20 attributes').default([]),
  /** Breakdowns by one or two names: attribute ids, or `unit:KIND` for the units of a kind. Every attribute alone is always counted. */
  breakdowns: z.array(z.array(groupName).min(1, 'must name at least one attribute').max(2, 'must name at most two')).max(20, 'must be at most 20 breakdowns').default([]),
  reportingUnits: z.array(reportingUnit).min(1, 'must name at least one reporting unit').max(20_000, 'must be at most 20,000 units'),
  contests: z.array(contest).min(1, 'must name at least one contest').max(2_000, 'must be at most 2,000 contests'),
})

/** An election as its authority writes it down: one JSON document. */
export type ElectionDefinition = z.output<typeof definitionShape>
/** The same before defaults are filled in. */
export type ElectionDefinitionInput = z.input<typeof definitionShape>

/** One thing wrong with a definition; `path` names the place, such as `contests[2].options[0].party`. */
export interface DefinitionProblem { path: string, message: string }

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
