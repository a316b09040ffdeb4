import { openDatabase } from '@livetally/core/store'
import type pg from 'pg'
import { breakdownsToCount, withBreakdowns } from './breakdowns.js'
import { differingCells, type Cells } from './cell-counts.js'
import { judgeElection } from './checks.js'
import { countBoxes } from './count-boxes.js'
import { auditKeyFor } from './auditing-key.js'
import { readElection, type RecountElection } from './recount-election.js'
import { auditRevisions } from './revision-history.js'
import { readBoxHeads, readJoinedSets, readPositions, readToldBreakdowns } from './stored-counts.js'

/** One rule of the counting, and what speaks against it. */
export interface Check {
  /** An invariant of the counting by its number, or the name of another rule. */
  invariant: string
  says: string
  problems: string[]
  /** What may be as it is, and somebody should know. */
  remarks?: string[]
  /** What of it was not checked, and why. */
  leftOut?: string[]
}

export interface OptionCount { contest: string, option: string, counted: number, published: number }

export interface RecountReport {
  election: string
  phase: string
  /** Ballots in the ledger. */
  ballots: number
  /** Ballots in the newest revision. */
  publishedBallots: number
  revision: number
  status: string
  /** Of secret ballots those whose choices are released. */
  options: OptionCount[]
  /** Breakdowns that the definition asks for and the newest revision says nothing of: they appear as a whole once every box counts them. */
  unpublishedBreakdowns: string[]
  checks: Check[]
  agrees: boolean
}

export interface RecountOptions {
  onProgress?: ((entries: number) => void) | undefined
  /** By which commitments of ballots are computed again: the election's audit key (32 bytes), or the master key that it derives from. */
  key?: AuditingKey | undefined
  /** So many ballots were handed in under numbers of their sources, beside the roll. */
  sourceBallots?: number | undefined
}

export type AuditingKey = { readonly auditKey: Buffer } | { readonly masterKey: Buffer }

/**
 * Counts an election again from its ledger, from nothing, in one snapshot of the database, and compares what was found
 * with the stored tallies and every published revision. Undefined if there is no such election.
 */
export async function recount(databaseUrl: string, slug: string, options: RecountOptions = {}): Promise<RecountReport | undefined> {
  // As auditor: a role that may read everything that was counted, and write nothing.
  await using database = await openDatabase({ databaseUrl, role: 'auditor', applicationName: 'livetally-recount', maxConnections: 1 })
  const client = await database.pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const election = await readElection(client, slug)
    return election === undefined ? undefined : await recountElection(client, slug, election, options)
  } finally {
    client.release(true)
  }
}

async function recountElection(client: pg.ClientBase, slug: string, election: RecountElection, options: RecountOptions): Promise<RecountReport> {
  const heads = await readBoxHeads(client, election.key)
  const positions = await readPositions(client, election.key)
  const wanted = election.breakdowns.map((names) => names.join())
  const breakdowns = breakdownsToCount(wanted, await readToldBreakdowns(client, election.key), ...[...positions.values()].map(({ views }) => views))
  const joined = election.secrecy === undefined ? { groups: new Map(), places: new Map() } : await readJoinedSets(client, election.key)
  const auditKey = auditKeyFor(election, slug, options.key)
  const boxes = countBoxes({
    client, election: { ...election, breakdowns }, heads, positions,
    now: await readClock(client), auditKey: auditKey.kind === 'KEY' ? auditKey.auditKey : undefined, onProgress: options.onProgress ?? (() => undefined),
  })
  const history = await auditRevisions({
    client, heads, walks: boxes.walks, breakdowns: new Set(breakdowns.map((names) => names.join())),
    election: { key: election.key, isSecret: election.secrecy !== undefined, hasWiderUnits: election.secrecy?.isByPlace === false }, shownWith: joined.places,
    // What is rolled up stays so: where nothing is by the limits of now, nothing was in any generation before.
    isComparable: (box, generation) => positions.get(box)?.generation === generation || boxes.walks.get(box)?.count.hasRolledPanes !== true,
  })
  const publishedBallots = boxes.ballots
  const atRevision: Cells = new Map(boxes.walks.told.cells)
  await boxes.finish()

  const { published, newest, told } = history
  const atEnd = withBreakdowns(boxes.walks.told.cells, told)
  const checks = await judgeElection({ client, election, heads, boxes, history, joined, auditKey, finalDifferences: newest === undefined ? [] : differingCells(atEnd, withoutGroups(published.cells)), sourceBallots: options.sourceBallots })
  return {
    election: election.name, phase: election.phase, ballots: boxes.ballots, publishedBallots, revision: newest?.revision ?? 0, status: newest?.status ?? 'PRE_ELECTION',
    options: optionCounts(election, atRevision, published.cells),
    unpublishedBreakdowns: publishedBallots === 0 ? [] : wanted.filter((names) => !told.has(names)),
    checks, agrees: checks.every(({ problems }) => problems.length === 0),
  }
}

/** Of the transaction's snapshot: nothing in it is newer. */
async function readClock(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ now: string }>('SELECT ceil(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now')
  return Number(rows[0]?.now ?? 0)
}

/** Choices by groups are compared for themselves: they count joined. */
function withoutGroups(cells: Cells): Cells {
  return new Map([...cells].filter(([cell]) => !cell.startsWith('group|')))
}

/** Votes per option of the whole election, by recount and as published, at the published vector. */
function optionCounts(election: RecountElection, counted: Cells, published: Cells): OptionCount[] {
  const one = votesByOption(election, counted)
  const other = votesByOption(election, published)
  return election.contests.flatMap((contest) => contest.options.map((option) => {
    const id = `${contest.id}/${option.id}`
    return { contest: contest.title, option: option.name, counted: one.get(id) ?? 0, published: other.get(id) ?? 0 }
  }))
}

function votesByOption({ styles, secrecy }: RecountElection, cells: Cells): Map<string, number> {
  const votes = new Map<string, number>()
  const ofCells = new Map(secrecy?.cells.map(({ id, style }) => [id, style]))
  for (const [cell, count] of cells) {
    const [view, key = '', place] = cell.split('|')
    if (view !== 'place') continue
    let at = 1
    for (const contest of styles.get(key.split('/')[0] ?? '') ?? ofCells.get(key.split('/')[0] ?? '') ?? []) {
      const option = contest.options[Number(place) - at - 3]
      if (option !== undefined) votes.set(`${contest.id}/${option.id}`, (votes.get(`${contest.id}/${option.id}`) ?? 0) + count)
      at += 3 + contest.options.length
    }
  }
  return votes
}
