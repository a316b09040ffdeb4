import type { Attempt, BallotAnswer, CastBallot } from '../history/history.js'
import type { Findings } from './findings.js'

/** What voters were told, held against what the ledger has. */
export interface ReceiptCheck {
  take(attempt: Attempt): void
  /** Call it with the tracker of every ballot of the ledger. */
  meet(tracker: string): void
  /** After the last of both. `participations`: how many voters the ledger knows to have voted. */
  finish(participations: number): void
  readonly accepted: number
}

interface Voter {
  /** Key of the accepted request, with the receipt it was answered with. */
  receipts: Map<string, string>
  /** True while no request of the voter was ever answered: the ballot may be in the ledger or not. */
  isUnknown: boolean
}

export function createReceiptCheck(findings: Findings): ReceiptCheck {
  const voters = new Map<string, Voter>()
  const holders = new Map<string, { voter: string, isMet: boolean }>()
  let strangers = 0
  let ballots = 0

  const accept = (voter: Voter, { voter: name, key }: CastBallot, { tracker, castAt }: Extract<BallotAnswer, { verdict: 'accepted' }>): void => {
    const receipt = `${tracker} ${castAt}`
    const known = voter.receipts.get(key)
    if (known !== undefined && known !== receipt) findings.add('changed receipt', `${name} with key ${key}: ${known}, then ${receipt}`)
    if (known === undefined && voter.receipts.size > 0) findings.add('doubled', `${name} was accepted under a second key, ${key}`)
    const holder = holders.get(tracker)
    if (holder !== undefined && holder.voter !== name) findings.add('lost', `${name} and ${holder.voter} hold the same receipt, ${tracker}`)
    if (known === undefined) voter.receipts.set(key, receipt)
    if (holder === undefined) holders.set(tracker, { voter: name, isMet: false })
  }
  const judge = (voter: Voter, ballot: CastBallot, answer: BallotAnswer | undefined): void => {
    if (answer === undefined) return
    switch (answer.verdict) {
      case 'accepted': {
        voter.isUnknown = false
        return accept(voter, ballot, answer)
      }
      case 'refused': {
        // A second ballot of somebody who has voted must be refused; so must one whose first was accepted without our hearing of it.
        if (answer.type !== 'AlreadyVoted') findings.add('refused', `${ballot.voter}: ${answer.type}`)
        return
      }
      default: return answer satisfies never
    }
  }
  return {
    take({ ballots: cast, outcome }) {
      for (const [at, ballot] of cast.entries()) {
        const voter = voters.get(ballot.voter) ?? { receipts: new Map(), isUnknown: true }
        voters.set(ballot.voter, voter)
        if ('answers' in outcome) judge(voter, ballot, outcome.answers[at])
      }
    },
    meet(tracker) {
      ballots += 1
      const holder = holders.get(tracker)
      if (holder === undefined) strangers += 1
      else if (holder.isMet) findings.add('doubled', `ballot ${tracker} is in the ledger twice`)
      else holder.isMet = true
    },
    finish(participations) {
      for (const [tracker, { voter, isMet }] of holders) if (!isMet) findings.add('lost', `${voter} holds receipt ${tracker}`)
      const unknown = [...voters.values()].filter(({ isUnknown }) => isUnknown).length
      for (let one = unknown; one < strangers; one += 1) findings.add('invented', `the ledger has ${strangers} ballots that nobody was told of, and ${unknown} voters never heard an answer`)
      if (participations < ballots) findings.add('doubled', `${ballots} ballots, but only ${participations} voters have voted`)
      if (participations > ballots) findings.add('lost', `${participations} voters have voted, but there are only ${ballots} ballots`)
    },
    get accepted() { return holders.size },
  }
}
