import type { VoteChannel } from '@livetally/core/election'
import { channelNamed, columnKey } from './channels.js'
import type { ReadingOptions } from './reading-options.js'

/** Where each thing stands in a record; −1 for what the file does not have. */
export interface Columns {
  names: readonly string[]
  county: number
  precinct: number
  office: number
  district: number
  party: number
  candidate: number
  votes: number
  voteFor: number
  channels: readonly { name: string, channel: VoteChannel, at: number }[]
  /** Columns that say nothing that is counted. */
  extra: readonly { name: string, at: number }[]
}

export type ColumnsCheck = { ok: true, columns: Columns } | { ok: false, problems: string[] }

const TEXTS = {
  county: ['county', 'county_name', 'parish', 'jurisdiction'],
  precinct: ['precinct', 'precinct_name'],
  office: ['office', 'contest', 'race', 'contest_name'],
  district: ['district', 'district_name'],
  party: ['party', 'party_name'],
  candidate: ['candidate', 'candidate_name', 'choice'],
  votes: ['votes', 'total', 'total_votes', 'votes_total', 'vote'],
  voteFor: ['vote_for', 'votes_allowed', 'vote_for_number'],
} as const

/** Finds the columns by name, in any order. */
export function findColumns(header: readonly string[], options: ReadingOptions = {}): ColumnsCheck {
  const keys = header.map(columnKey)
  const place = (names: readonly string[]): number => Math.max(-1, ...names.map((name) => keys.indexOf(name)).filter((at) => at >= 0).slice(0, 1))
  const texts = Object.fromEntries(Object.entries(TEXTS).map(([name, names]) => [name, place(names)])) as Record<keyof typeof TEXTS, number>
  const taken = new Set(Object.values(texts))
  const channels: Columns['channels'][number][] = []
  const extra: Columns['extra'][number][] = []
  for (const [at, key] of keys.entries()) {
    const told = options.columns?.get(key)
    const channel = told ?? channelNamed(key)
    if (taken.has(at) && told === undefined) continue
    if (channel === undefined || channel === 'IGNORE') extra.push({ name: header[at] ?? '', at })
    else channels.push({ name: key, channel, at })
  }
  const problems = findProblems(header, keys, texts, channels.length)
  return problems.length > 0 ? { ok: false, problems } : { ok: true, columns: { names: header, ...texts, channels, extra } }
}

function findProblems(header: readonly string[], keys: readonly string[], texts: Record<keyof typeof TEXTS, number>, channels: number): string[] {
  const has = `The file has: ${header.join(', ')}.`
  const missing = (['precinct', 'office', 'candidate'] as const).filter((name) => texts[name] === -1 && (name !== 'precinct' || texts.county === -1)).map((name) => `Line 1: the column "${name}" is missing. ${has}`)
  const noVotes = texts.votes === -1 && channels === 0 ? [`Line 1: neither "votes" nor a column of a channel is there. ${has}`] : []
  const twins = keys.filter((key, at) => key !== '' && keys.indexOf(key) !== at).map((key) => `Line 1: the column "${key}" is there twice. Name one of them otherwise in the file: nobody can tell which is meant.`)
  return [...missing, ...noVotes, ...twins]
}
