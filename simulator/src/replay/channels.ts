import type { VoteChannel } from '@livetally/core/election'

/** How precinct files name the columns of a channel; case, spaces and punctuation aside, and with or without `votes`. */
const NAMES: Partial<Record<VoteChannel, readonly string[]>> = {
  ELECTION_DAY: ['election_day', 'election_night', 'polls', 'polling_place', 'in_person', 'machine', 'machines', 'regular', 'edge', 'election_day_edge'],
  EARLY: ['early', 'early_voting', 'early_vote', 'in_person_early', 'advance', 'advanced', 'advance_in_person', 'advanced_in_person', 'advance_voting', 'early_in_person', 'one_stop', 'absentee_in_person', 'in_person_absentee'],
  ABSENTEE_MAIL: ['mail', 'mail_in', 'by_mail', 'mail_in_absentee', 'absentee_mail_in', 'absentee_mail', 'mail_absentee', 'absentee', 'absentees', 'absentee_by_mail', 'advance_by_mail', 'vote_by_mail', 'postal', 'late_absentee', 'military', 'late_military', 'overseas', 'uocava', 'military_overseas', 'federal', 'federal_only', 'fwab', 'emergency'],
  PROVISIONAL: ['provisional', 'provisionals', 'prov'],
}

const CHANNELS = new Map(Object.entries(NAMES).flatMap(([channel, names]) => names.map((name) => [name, channel as VoteChannel] as const)))

/** The order in which a file's channels are listed. */
export const CHANNEL_ORDER: readonly VoteChannel[] = ['ELECTION_DAY', 'EARLY', 'ABSENTEE_MAIL', 'PROVISIONAL', 'ONLINE']

/** The channel of a column (`advance_in_person_2` is one of several), or of a word in a row such as `Absentee Turnout`; undefined where none is known by that name. */
export function channelNamed(name: string): VoteChannel | undefined {
  return CHANNELS.get(columnKey(name).replace(/_?\d+$/, '').replace(/_(votes?|ballots?|turnout)$/, '').replace(/^(votes?|ballots?)_/, ''))
}

/** `Mail-in/Absentee Votes` and `mail_in_absentee_votes` are one name. */
export function columnKey(name: string): string {
  return name.trim().toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '')
}
