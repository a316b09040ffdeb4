import type { BoxEntry, ElectionPhase, JoinedSets, RolledPanes, Structure, TallyRow } from '@livetally/core/election'

export interface ElectionRow {
  key: number
  slug: string
  phase: ElectionPhase
  phaseVersion: number
  /** When its phase last changed, ms since the simulation began: nobody but the judge looks here. */
  phaseSince: number
  definitionVersion: number
  definitionId: string
  opensAt: number
  closesAt: number
  /** When the clock closed it, ms since 1970; null where nobody or a person did. Nobody but the judge looks here. */
  closedByClockAt: number | null
  structure: Structure
}
/** `chain` is hex; `sealedSeq` null while the box is open. Entries are never changed once they are there. */
export interface BoxRow { nextSeq: number, chain: string, sealedSeq: number | null, lastCastAt: number, newestAt: number, entries: BoxEntry[] }
export interface ParticipationRow { keyHash: Buffer, sealedReceipt: Buffer }
export interface RelayRow { nextSeq: number, owner: string | null, epoch: number, beat: number }
export interface PositionRow { generation: number, nextSeq: number, chain: string, epoch: number, newestAt: number | null, views: readonly string[], rolled: RolledPanes, definitionId: string | null, wantedGeneration: number, beside: { generation: number, seq: number, chain: string } }
/** What a generation of a box counts: nobody but the judge looks here. */
export interface GenerationRow { views: readonly string[], rolled: RolledPanes }
/** Where a ballot lies; and what nobody but the judge may know: whose it is, when it was accepted, and since when voting had been open then (ms since the simulation began); and what the database's clock said then (ms since 1970). */
export interface TrackerRow { election: number, box: number, seq: number, voter: string, acceptedAt: number, openSince: number, clock: number }
export interface PublisherRow { epoch: number, owner: string, lastRevision: number, producedRevision: number }
/** `json` is the revision as it was written: nobody changes it behind the table's back. */
export interface RevisionRow { revision: number, isFull: boolean, replaces: number, json: string }

/** What Postgres holds. Boxes, leases and positions are keyed `election/box`, participations `election/voter`, tallies `election/box/generation`. */
export interface Tables {
  elections: Map<number, ElectionRow>
  boxes: Map<string, BoxRow>
  participations: Map<string, ParticipationRow>
  trackers: Map<string, TrackerRow>
  /** Where the correction of each tracker lies. */
  corrections: Map<string, { election: number, box: number, seq: number }>
  relays: Map<string, RelayRow>
  positions: Map<string, PositionRow>
  tallies: Map<string, Map<string, TallyRow>>
  generations: Map<string, GenerationRow>
  publishers: Map<number, PublisherRow>
  /** Signs of life by process. */
  publisherProcesses: Map<string, number>
  revisions: Map<number, RevisionRow[]>
  groupReleases: Map<number, readonly JoinedSets[]>
}

export function emptyTables(): Tables {
  return { elections: new Map(), boxes: new Map(), participations: new Map(), trackers: new Map(), corrections: new Map(), relays: new Map(), positions: new Map(), tallies: new Map(), generations: new Map(), publishers: new Map(), publisherProcesses: new Map(), revisions: new Map(), groupReleases: new Map() }
}

/** A backup: what happens to one of the two never touches the other. */
export function copyTables(tables: Tables): Tables {
  const rows = <Key, Row extends object>(table: Map<Key, Row>): Map<Key, Row> => new Map([...table].map(([key, row]) => [key, { ...row }]))
  return {
    elections: rows(tables.elections),
    boxes: new Map([...tables.boxes].map(([id, box]) => [id, { ...box, entries: [...box.entries] }])),
    participations: new Map(tables.participations),
    trackers: new Map(tables.trackers),
    corrections: new Map(tables.corrections),
    relays: rows(tables.relays),
    positions: rows(tables.positions),
    tallies: new Map([...tables.tallies].map(([id, tally]) => [id, new Map(tally)])),
    generations: new Map(tables.generations),
    publishers: rows(tables.publishers),
    publisherProcesses: new Map(tables.publisherProcesses),
    revisions: new Map([...tables.revisions].map(([election, revisions]) => [election, [...revisions]])),
    groupReleases: new Map(tables.groupReleases),
  }
}

export const boxKey = (election: number, box: number): string => `${election}/${box}`

export const generationKey = (election: number, box: number, generation: number): string => `${boxKey(election, box)}/${generation}`

const known = new Map<string, { readonly election: number, readonly box: number }>()

/** What `boxKey` joined. */
export function idsOf(key: string): { readonly election: number, readonly box: number } {
  const ids = known.get(key)
  if (ids !== undefined) return ids
  const [election = 0, box = 0] = key.split('/').map(Number)
  known.set(key, { election, box })
  return { election, box }
}
