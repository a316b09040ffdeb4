import { openDatabase } from '@livetally/core/store'
import type pg from 'pg'
import { auditBox } from './box-audit.js'
import { breakdownsToCount, toldBreakdowns, withBreakdowns } from './breakdowns.js'
import { addCells, differingCells, type Cells } from './cell-counts.js'
import { createHandCount } from './hand-count.js'
import { auditRoll } from './roll-audit.js'
import { readElection, type RecountElection } from './recount-election.js'
import { readMissingRevisions, readNewestRevision, readPositions, readTally } from './stored-counts.js'
import { readStepsBack } from './vector-history.js'

/** One invariant of the counting, and what speaks against it. */
export interface Check { invariant: string, says: string, problems: string[] }

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
  options: OptionCount[]
  /** Breakdowns that the definition asks for and the newest revision says nothing of: they appear as a whole once every box counts them. */
  unpublishedBreakdowns: string[]
  checks: Check[]
  agrees: boolean
}

/**
 * Counts an election again from its ledger, from nothing, in one snapshot of the database, and compares what was found
 * with the stored tallies and the published results. Undefined if there is no such election.
 */
export async function recount(databaseUrl: string, slug: string, onProgress: (entries: number) => void = () => undefined): Promise<RecountReport | undefined> {
  // As auditor: a role that may read everything that was counted, and write nothing.
  await using database = await openDatabase({ databaseUrl, role: 'auditor', applicationName: 'livetally-recount', maxConnections: 1 })
  const client = await database.pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const election = await readElection(client, slug)
    return election === undefined ? undefined : await recountElection(client, election, onProgress)
  } finally {
    client.release(true)
  }
}

async function recountElection(client: pg.ClientBase, election: RecountElection, onProgress: (entries: number) => void): Promise<RecountReport> {
  const boxes = await readBoxes(client, election.key)
  const positions = await readPositions(client, election.key)
  const revision = await readNewestRevision(client, election.key)
  const wanted = election.breakdowns.map((names) => names.join())
  const told = toldBreakdowns(revision?.cells ?? new Map())
  const breakdowns = breakdownsToCount(wanted, told, ...[...positions.values()].map(({ views }) => views))
  const holes: string[] = []
  const brokenChains: string[] = []
  const wrongTallies: string[] = []
  const unknown: string[] = []
  const published: Cells = new Map()
  const total: Cells = new Map()
  let ballots = 0
  let entries = 0
  let publishedBallots = 0

  for (const box of boxes) {
    const position = positions.get(box.box)
    const count = createHandCount({ ...election, breakdowns }, { rolled: position?.rolled, box: box.box })
    const publishedTo = revision?.vector.get(box.box) ?? 0
    let atPosition: Cells | undefined
    const pass = (seq: number): void => {
      if (seq === position?.nextSeq) atPosition = new Map(count.cells)
      if (seq === publishedTo) {
        addCells(published, count.cells)
        publishedBallots += count.ballots
      }
    }
    pass(0)
    const audit = await auditBox(client, election.key, box, (entry) => {
      const { seq } = entry
      if (!count.count(entry)) unknown.push(`box ${box.box}: entry ${seq} names what the election does not know`)
      entries += 1
      if (entries % 10_000 === 0) onProgress(entries)
      pass(seq + 1)
    })
    holes.push(...audit.holes)
    brokenChains.push(...audit.brokenChains)
    ballots += count.ballots
    addCells(total, count.cells)
    if (position === undefined) continue
    if (atPosition === undefined) wrongTallies.push(`box ${box.box}: its tally stands at ${position.nextSeq}, beyond the ledger`)
    else wrongTallies.push(...differingCells(withBreakdowns(atPosition, position.views), await readTally(client, election.key, position)).map(({ cell, counted, stored }) => `box ${box.box}: ${cell} is ${counted} by recount and ${stored} in the tally`))
  }
  onProgress(entries)

  const participations = await readParticipations(client, election.key)
  const missing = (await readMissingRevisions(client, election.key)).map((number) => `revision ${number} is missing`)
  const stepsBack = await readStepsBack(client, election.key)
  const differing = differingCells(withBreakdowns(published, told), revision?.cells ?? new Map())
  const isFinal = revision !== undefined && ['UNOFFICIAL_COMPLETE', 'CORRECTION', 'RECOUNT', 'CERTIFIED'].includes(revision.status)
  const finalProblems = isFinal ? differingCells(withBreakdowns(total, told), revision.cells).map(({ cell, counted, stored }) => `${cell} is ${counted} by recount and ${stored} in the final results`) : []
  const unpublished = boxes.filter(({ box, sealedSeq }) => sealedSeq !== null && (revision?.vector.get(box) ?? 0) !== sealedSeq)
  const roll = await auditRoll(client, election, revision?.electorate ?? new Map())
  const checks: Check[] = [
    { invariant: 'I1', says: 'no voter takes part twice', problems: participations.voters === participations.rows ? [] : [`${participations.rows - participations.voters} participations too many`] },
    { invariant: 'I2', says: 'every ballot names what its election knows', problems: unknown.slice(0, 20) },
    { invariant: 'I3', says: 'boxes have no hole and their digests follow', problems: [...holes, ...brokenChains] },
    { invariant: 'I5', says: 'stored tallies are the fold of their boxes', problems: wrongTallies.slice(0, 20) },
    { invariant: 'I6', says: 'the published revision is the fold of its vector, and none went back', problems: [...missing, ...stepsBack, ...differing.map(({ cell, counted, stored }) => `${cell} is ${counted} by recount and ${stored} in revision ${revision?.revision ?? 0}`)] },
    { invariant: 'I8', says: 'final results are the fold of the sealed boxes', problems: [...finalProblems, ...unpublished.map(({ box, sealedSeq }) => `box ${box}: sealed at entry ${sealedSeq}, published to entry ${revision?.vector.get(box) ?? 0}`)] },
    { invariant: 'I9', says: 'as many participations as ballots', problems: participations.rows === ballots + unknown.length ? [] : [`${participations.rows} participations and ${ballots + unknown.length} ballots`] },
    { invariant: 'I10', says: 'the published electorate is the roll as far as it was read', problems: roll },
  ]
  return {
    election: election.name, phase: election.phase, ballots, publishedBallots, revision: revision?.revision ?? 0, status: revision?.status ?? 'PRE_ELECTION',
    options: optionCounts(election, published, revision?.cells ?? new Map()),
    unpublishedBreakdowns: publishedBallots === 0 ? [] : wanted.filter((names) => !told.has(names)),
    checks, agrees: checks.every(({ problems }) => problems.length === 0),
  }
}

async function readBoxes(client: pg.ClientBase, election: number): Promise<{ box: number, nextSeq: number, chain: string, sealedSeq: number | null }[]> {
  const { rows } = await client.query<{ box: number, next_seq: string, chain: Buffer, sealed_seq: string | null }>('SELECT box, next_seq, chain, sealed_seq FROM ballot_box WHERE election = $1 ORDER BY box', [election])
  return rows.map((row) => ({ box: row.box, nextSeq: Number(row.next_seq), chain: row.chain.toString('hex'), sealedSeq: row.sealed_seq === null ? null : Number(row.sealed_seq) }))
}

async function readParticipations(client: pg.ClientBase, election: number): Promise<{ rows: number, voters: number }> {
  const { rows } = await client.query<{ rows: string, voters: string }>('SELECT count(*) AS rows, count(DISTINCT voter_ref) AS voters FROM participation WHERE election = $1', [election])
  return { rows: Number(rows[0]?.rows ?? 0), voters: Number(rows[0]?.voters ?? 0) }
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

function votesByOption({ styles }: RecountElection, cells: Cells): Map<string, number> {
  const votes = new Map<string, number>()
  for (const [cell, count] of cells) {
    const [view, key = '', place] = cell.split('|')
    if (view !== 'place') continue
    let at = 1
    for (const contest of styles.get(key.split('/')[0] ?? '') ?? []) {
      const option = contest.options[Number(place) - at - 3]
      if (option !== undefined) votes.set(`${contest.id}/${option.id}`, (votes.get(`${contest.id}/${option.id}`) ?? 0) + count)
      at += 3 + contest.options.length
    }
  }
  return votes
}
