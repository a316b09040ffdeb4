import type { BallotEntry } from '@livetally/core/election'
import { createHash, createHmac } from 'node:crypto'
import type { LedgerEntry } from './box-reader.js'
import { createProblems } from './problems.js'

/**
 * Computes every commitment again from its row: of ballots by the election's audit key (counting rule "Accept" 9), of
 * ticks, seals and corrections from what they say. A digest that follows only says that commitments were not exchanged.
 */
export function createCommitmentAudit(election: number, auditKey: Buffer | undefined) {
  const ballots = createProblems()
  const others = createProblems()
  let verified = 0
  let failed = 0
  return {
    take(box: number, { entry, commitment, tracker, correctionText }: LedgerEntry): void {
      const at = `box ${box}: entry ${entry.seq}`
      switch (entry.kind) {
        case 'BALLOT':
          if (auditKey === undefined) return
          if (commitmentTo(auditKey, election, tracker ?? '', entry).equals(commitment)) verified += 1
          else {
            failed += 1
            ballots.add(`${at} is not the ballot that was committed to`)
          }
          return
        case 'TICK':
        case 'SEAL':
          if (!digestOf(`livetally ${entry.kind.toLowerCase()}/${election}/${box}/${entry.seq}/${entry.castAt}`).equals(commitment)) others.add(`${at} is not the ${entry.kind.toLowerCase()} that was committed to`)
          return
        case 'CORRECTION':
          if (!digestOf(`livetally correction/${election}/${correctionText ?? ''}`).equals(commitment)) others.add(`${at} is not the correction that was committed to`)
          return
        default: entry satisfies never
      }
    },
    problems(): string[] {
      const isWrongKey = failed > 0 && verified === 0
      return [...isWrongKey ? ['no ballot follows from the audit key: is it the one of this election?'] : [], ...ballots.all, ...others.all]
    },
  }
}

/** Written apart from how ballots are committed to when they are cast: keys sorted, marks sorted, contests left blank left out. */
function commitmentTo(auditKey: Buffer, election: number, tracker: string, { unit, channel, attributes, selections }: BallotEntry): Buffer {
  const marked = Object.keys(selections).filter((contest) => (selections[contest]?.length ?? 0) > 0).toSorted().map((contest) => [contest, selections[contest]?.toSorted()])
  const groups = Object.keys(attributes).toSorted().map((name) => [name, attributes[name]])
  const salt = createHmac('sha256', auditKey).update(tracker).digest()
  return createHash('sha256').update('livetally/1/ballot\0').update(salt).update(JSON.stringify([election, unit, channel, groups, marked])).digest()
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
