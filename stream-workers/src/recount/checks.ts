import type pg from 'pg'
import type { FoundAuditKey } from './auditing-key.js'
import type { CountedBoxes } from './count-boxes.js'
import { auditGroups, type JoinedGroups } from './group-audit.js'
import type { RecountElection } from './recount-election.js'
import type { Check } from './recount.js'
import type { RevisionHistory } from './revision-history.js'
import { isCompleteStatus, type BoxHead } from './revision-rules.js'
import { auditRoll } from './roll-audit.js'
import { auditSeals } from './seal-audit.js'
import { readMissingRevisions } from './stored-counts.js'
import { auditParticipations, auditTurnout, readParticipations, type Participations } from './turnout-audit.js'

export interface Found {
  client: pg.ClientBase
  election: RecountElection
  heads: readonly BoxHead[]
  /** Counted to their ends. */
  boxes: CountedBoxes
  history: RevisionHistory
  joined: { groups: JoinedGroups, places: ReadonlyMap<string, string> }
  auditKey: FoundAuditKey
  /** Between the ends of the boxes and the newest revision. */
  finalDifferences: readonly { cell: string, counted: number, stored: number }[]
  sourceBallots: number | undefined
}

/** Every rule with what speaks against it, in the order in which a report gives them. */
export async function judgeElection(found: Found): Promise<Check[]> {
  const participations = await readParticipations(found.client, found.election.key)
  return [...checksOfLedger(found, participations), ...await checksOfCounting(found), ...await checksOfVoters(found, participations), ...checksOfGroups(found)]
}

function checksOfLedger({ election, boxes, auditKey, sourceBallots }: Found, participations: Participations): Check[] {
  return [
    { invariant: 'I1', says: 'no voter takes part twice, and nobody who is not on the roll', ...auditParticipations(participations, boxes.turnout().countedByCentres, sourceBallots) },
    { invariant: 'I2', says: 'every ballot names what its election knows', problems: boxes.unknown },
    { invariant: 'I3', says: 'boxes have no hole and their digests follow', problems: boxes.digests },
    commitmentCheck(boxes.commitments.problems(), auditKey),
    { invariant: 'kinds', says: 'ballots lie in the box of their place, corrections in that for corrections, and nothing behind a seal', problems: boxes.kinds },
    { invariant: 'times', says: 'ballots were cast while voting was open, and no box goes back in time', problems: boxes.times },
    { invariant: 'seals', says: 'every box of an election that is over ends with a seal', problems: auditSeals(election.phase === 'CLOSED' || election.phase === 'CERTIFIED', boxes.seals()) },
  ]
}

async function checksOfVoters({ client, election, boxes, history }: Found, participations: Participations): Promise<Check[]> {
  const ballots = boxes.ballots + boxes.unknownBallots
  return [
    { invariant: 'I9', says: 'as many participations as ballots, and as many of these as the boxes say', problems: [...participations.rows === ballots ? [] : [`${participations.rows} participations and ${ballots} ballots`], ...boxes.miscounted] },
    { invariant: 'I10', says: 'the published electorate is the roll as far as it was read', problems: await auditRoll(client, election, history.published.electorate) },
    { invariant: 'turnout', says: 'no more ballots at a place than voters', ...await auditTurnout(client, election, boxes.turnout().byPlace, participations) },
  ]
}

function commitmentCheck(problems: string[], auditKey: FoundAuditKey): Check {
  const check = { invariant: 'commitments', says: 'every entry is what was committed to when it was made' }
  switch (auditKey.kind) {
    case 'KEY': return { ...check, problems }
    case 'NONE': return { ...check, problems, leftOut: ['ballots: there is neither the master key here nor an audit key (--audit-key). Choices that were changed in the ledger would not be found'] }
    case 'OTHER_INSTALLATION': return { ...check, problems: [...problems, 'the master key here is not the one that the election was made with: set LIVETALLY_MASTER_KEY, or give --audit-key'] }
    default: return auditKey satisfies never
  }
}

async function checksOfCounting({ client, election, heads, boxes, history, finalDifferences }: Found): Promise<Check[]> {
  const { rules, newest, differing } = history
  const missing = (await readMissingRevisions(client, election.key)).map((number) => `revision ${number} is missing`)
  const isFinal = newest !== undefined && isCompleteStatus(newest.status)
  const vector = new Map(newest?.vector.map(({ box, nextSeq }) => [box, nextSeq]))
  const unpublished = heads.filter(({ box, sealedSeq }) => sealedSeq !== null && (vector.get(box) ?? 0) !== sealedSeq)
  return [
    { invariant: 'I5', says: 'stored tallies are the fold of their boxes', problems: boxes.wrongTallies },
    { invariant: 'I6', says: 'every published revision is the fold of its vector, and none went back', problems: [...new Set([...missing, ...rules.vectors, ...differing])], leftOut: history.leftOut },
    { invariant: 'falls', says: 'no total falls, and no frontier goes back, unless a correction says so', problems: rules.falls, remarks: rules.remarks },
    { invariant: 'finality', says: 'windows that were final stay as they were', problems: rules.finality },
    {
      invariant: 'I8', says: 'final results are the fold of the sealed boxes',
      problems: [
        ...isFinal ? finalDifferences.map(({ cell, counted, stored }) => `${cell} is ${counted} by recount and ${stored} in the final results`) : [],
        ...unpublished.map(({ box, sealedSeq }) => `box ${box}: sealed at entry ${sealedSeq}, published to entry ${vector.get(box) ?? 0}`),
        ...rules.seals,
      ],
    },
  ]
}

function checksOfGroups({ election: { secrecy, contests }, boxes, history, joined }: Found): Check[] {
  if (secrecy === undefined) return []
  const groups = auditGroups({
    releaseSize: secrecy.releaseSize, contests, counted: boxes.sums('breakdown'), published: history.published.cells, joined: joined.groups, shownWith: joined.places,
    // Where places are the units of release, chunks say all that they do.
    partitions: boxes.partitions()?.filter(({ kind }) => kind !== 'PLACES' || boxes.walks.told.showsPlaces),
  })
  return [{ invariant: 'groups', says: 'choices by groups of voters are sums of what was counted, and tell of no few ballots', ...groups }]
}
