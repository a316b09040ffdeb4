import { describe, expect, test } from 'vitest'
import type { BallotSecrecy } from '../election/index.js'
import { jamTown } from '../election/release/jam-town.js'
import type { CastRow, StoredBallot } from '../store/index.js'
import { createBallotCaster } from './ballot-caster.js'
import type { CastOutcome } from './batch-queue.js'
import { electionKeys } from './election-keys.js'
import type { FittingBallot } from './fitting-ballot.js'

const CAST_AT = Date.parse('2031-05-04T12:34:56Z')
const MINUTE = Date.parse('2031-05-04T12:34:00Z')

function fittingBallot(ballotSecrecy: BallotSecrecy): FittingBallot {
  const structure = jamTown({ ballotSecrecy })
  const { definition } = structure
  const election = {
    key: 7, slug: 'jam', phase: 'OPEN' as const, phaseVersion: 3, definitionVersion: 1, definitionId: 'first',
    opensAt: new Date(definition.opensAt), closesAt: new Date(definition.closesAt), structure,
  }
  return {
    known: { election, keys: electionKeys(Buffer.alloc(32, 'jam'), 'jam'), hasItsKey: true },
    ballot: { unit: 'quay', channel: 'ONLINE', attributes: {}, selections: { jam: ['plum'] } },
    box: 0, voterRef: Buffer.alloc(32, 1), idempotencyKey: 'once',
  }
}

/** A ledger that takes one ballot and knows it when it comes again. */
function smallLedger() {
  let accepted: CastRow | undefined
  return createBallotCaster({
    batcher: {
      async cast(_election, _box, row): Promise<CastOutcome> {
        if (accepted !== undefined) return { verdict: 'EXISTS', keyHash: accepted.keyHash, sealedReceipt: accepted.sealedReceipt }
        accepted = row
        return { verdict: 'ACCEPTED', castAt: CAST_AT }
      },
    },
    stored: { async findByTracker(tracker): Promise<StoredBallot | undefined> {
      return accepted?.tracker === tracker ? { castAt: CAST_AT, commitment: accepted.commitment } : undefined
    } },
  })
}

describe('the receipt of a ballot', () => {
  test.each([['a secret ballot', 'minute', 'SECRET', MINUTE], ['an open ballot', 'second', 'OPEN', CAST_AT]] as const)('says of %s in which %s it was cast, the first time and on a repeat', async (_what, _unit, secrecy, castAt) => {
    const [caster, ballot] = [smallLedger(), fittingBallot(secrecy)]
    const first = await caster.cast(ballot)
    expect(first).toMatchObject({ kind: 'ACCEPTED', castAt, repeated: false })
    expect(await caster.cast(ballot)).toEqual({ ...first, repeated: true })
  })
})

describe('a repeat under another key', () => {
  const cast = async (phase: 'OPEN' | 'PAUSED' | 'CLOSED' | 'CERTIFIED') => {
    const [caster, ballot] = [smallLedger(), fittingBallot('SECRET')]
    const known = { ...ballot.known, election: { ...ballot.known.election, phase } }
    const { kind: first } = await caster.cast(ballot)
    return [first, await caster.cast({ ...ballot, known, idempotencyKey: 'twice' }), (await caster.cast({ ...ballot, known })).kind]
  }

  test.each(['OPEN', 'PAUSED'] as const)('hears that its voter has voted while the election is %s', async (phase) => {
    expect(await cast(phase)).toEqual(['ACCEPTED', { kind: 'ALREADY_VOTED' }, 'ACCEPTED'])
  })

  test.each(['CLOSED', 'CERTIFIED'] as const)('hears that voting has ended and nothing of who voted once the election is %s, and the ballot\'s own key is answered as ever', async (phase) => {
    expect(await cast(phase)).toEqual(['ACCEPTED', { kind: 'ELECTION_NOT_OPEN', phase }, 'ACCEPTED'])
  })
})
