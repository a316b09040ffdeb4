import type { Election } from '@livetally/core/election'
import type { BallotLedger, RevisionStore, TrackedBallot } from '@livetally/core/store'
import { receiptTime } from '@livetally/core/voting'
import type { ElectionRegistry } from '../elections/election-registry.js'
import type { ReceiptState } from '../schema/vocabulary.js'

/** Where one ballot is. Says nothing of what it says. */
export interface BallotPlace {
  election: Election
  box: number
  castAt: number
  state: ReceiptState
  /** Whether its choices are in published results: of secret ballots they come later than the ballot itself. */
  choicesReleased: boolean
  /** The first revision that is kept and holds its choices; null until then. */
  revision: number | null
  publishedAt: Date | null
}

export interface ReceiptDesk {
  /** Undefined: no ballot has this tracker. */
  find(tracker: string): Promise<BallotPlace | undefined>
}

interface Dependencies {
  ledger: Pick<BallotLedger, 'findByTracker'>
  revisions: Pick<RevisionStore, 'firstHolding' | 'firstReleasing' | 'positions'>
  elections: Pick<ElectionRegistry, 'get'>
}

type Found = { revision: number, publishedAt: Date } | undefined

const TRACKER = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Answers from the ledger and the published revisions. The revision that first counted a secret ballot in turnout is nobody's to hear: the one before it differs by few ballots, and says which groups of voters they were of. */
export function createReceiptDesk({ ledger, revisions, elections }: Dependencies): ReceiptDesk {
  return {
    async find(typed) {
      const tracker = typed.trim().toLowerCase()
      const ballot = TRACKER.test(tracker) ? await ledger.findByTracker(tracker) : undefined
      const election = ballot && (await elections.get(ballot.election))?.election
      if (ballot === undefined || election === undefined) return undefined
      const { election: key, box, seq } = ballot
      const castAt = receiptTime(election.structure, ballot.castAt)
      const holding = await revisions.firstHolding(key, box, seq)
      if (holding !== undefined) {
        const releasing = await firstReleasing(election, ballot, holding)
        return { election, box, castAt, state: 'PUBLISHED', choicesReleased: releasing !== undefined, revision: releasing?.revision ?? null, publishedAt: releasing?.publishedAt ?? null }
      }
      const tallied = (await revisions.positions(key)).find((position) => position.box === box)?.nextSeq ?? 0
      return { election, box, castAt, state: tallied > seq ? 'TABULATED' : 'ACCEPTED', choicesReleased: false, revision: null, publishedAt: null }
    },
  }

  async function firstReleasing({ key, structure: { secrecy } }: Election, { box, seq, unit, channel }: TrackedBallot, holding: Found): Promise<Found> {
    if (secrecy === undefined) return holding
    const cell = secrecy.cellOf(unit)
    return cell === undefined ? undefined : revisions.firstReleasing(key, `${box}/${cell.id}/${secrecy.byChannel ? channel : ''}`, seq)
  }
}
