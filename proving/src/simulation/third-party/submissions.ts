import type { Structure } from '@livetally/core/election'
import { ballotSubmittedKey, encodeBallotSubmitted, encodeSignedBallot, SUBMISSION_BYTES, type DecidedVerdict, type SignedBallot } from '@livetally/core/events'
import type { Random } from '../random.js'
import { drawBallot, type Town } from '../town.js'
import { signBallot } from './signing.js'

/** A record that a third party writes to topic `ballots.incoming`, once or more often. */
export type Handed = HandedBallot | HandedWrong

interface HandedBase {
  /** Of the record, and of every verdict on it. No two have the same. */
  readonly key: string
  readonly value: Buffer | null
  readonly partition: number
  /** When it is sent, ms since the simulation began. */
  readonly sentAt: readonly number[]
}
/** A ballot as it should be; it counts unless another one of the same number does, or nobody may vote. */
export interface HandedBallot extends HandedBase { readonly kind: 'BALLOT', readonly election: number, readonly ballot: SignedBallot }
/** Anything else, with the one verdict that it deserves. */
export interface HandedWrong extends HandedBase { readonly kind: 'WRONG', readonly verdict: DecidedVerdict }

export interface Handout { readonly handed: readonly Handed[], readonly signatures: ReadonlySet<string> }

interface Options { town: Town, startsAt: number, untilMs: number, partitions: number }

/** Draws what a third party hands in: ballots, repeats, second ballots of a number, and what nobody should believe. */
export function drawHandout(random: Random, { town, startsAt, untilMs, partitions }: Options): Handout {
  const signatures = new Set<string>()
  const times = (): number[] => {
    const first = random.next() * untilMs
    return [first, ...random.chance(0.3) ? [first + random.next() * 300] : [], ...random.chance(0.2) ? [first + random.next() * 6_000] : []]
  }
  const place = (key: string, value: string | Buffer | null, sentAt = times()): HandedBase =>
    ({ key: ballotSubmittedKey(key), value: typeof value === 'string' ? Buffer.from(value) : value, partition: random.whole(0, partitions - 1), sentAt })
  const seal = (jws: string): string => {
    signatures.add(jws)
    return encodeBallotSubmitted({ v: 1, ballot: jws })
  }
  const hand = (election: number, ballot: SignedBallot, sentAt: number[]): HandedBallot =>
    ({ kind: 'BALLOT', election, ballot, ...place(ballot.idempotencyKey, seal(signBallot(encodeSignedBallot(ballot))), sentAt) })
  const handed = town.elections.flatMap(({ key: election, structure }) => {
    const draw = (key: string, number: NumberedBallot, sentAt: number): SignedBallot => drawSigned(random, { structure, key, number, sentAt: startsAt + sentAt })
    const ballots = Array.from({ length: random.whole(3, 9) }, (_, at): HandedBallot[] => {
      const number: NumberedBallot = random.chance(0.3) ? { sourceBallotNumber: `Miller ${at}` } : { sourceBallotNumber: `No. ${at}` }
      const sentAt = times()
      const later = times()
      const first = hand(election, draw(`key ${election}/${at}`, number, sentAt[0] ?? 0), sentAt)
      return random.chance(0.25) ? [first, hand(election, draw(`other key ${election}/${at}`, number, later[0] ?? 0), later)] : [first]
    }).flat()
    const wrong = WRONGS.filter(() => random.chance(0.35)).map(({ verdict, what, write }): HandedWrong => {
      const key = `${what} ${election}`
      return { kind: 'WRONG', verdict, ...place(key, write(draw(key, { sourceBallotNumber: `wrong ${what}` }, 0), seal)) }
    })
    return [...ballots, ...wrong]
  })
  return { handed, signatures }
}

type NumberedBallot = Pick<SignedBallot, 'sourceBallotNumber'>
type Write = (ballot: SignedBallot, seal: (jws: string) => string) => string | Buffer | null

function drawSigned(random: Random, { structure, key, number, sentAt }: { structure: Structure, key: string, number: NumberedBallot, sentAt: number }): SignedBallot {
  const { slug, time } = structure.definition
  const castAt = time.source === 'IMPORTED' ? { castAt: Math.floor(sentAt - random.next() * (random.chance(0.2) ? 40_000 : 4_000)) + drawClockError(random.fork(`clock ${key}`)) } : {}
  return { v: 1, idempotencyKey: key, election: slug, ...drawBallot(random, structure), ...number, ...castAt }
}

const TWO_HOURS_MS = 7_200_000

/** How wrong the clock of a source is, ms: mostly right, now and then fast within what is forgiven, and seldom by so much that the ballot lies before the opening. */
export function drawClockError(random: Random): number {
  const kind = random.next()
  return kind < 0.03 ? -TWO_HOURS_MS : kind < 0.15 ? random.whole(1, 100_000) : 0
}

const WRONGS: readonly { what: string, verdict: DecidedVerdict, write: Write }[] = [
  { what: 'forged', verdict: 'UNAUTHORIZED', write: (ballot, seal) => seal(signBallot(encodeSignedBallot(ballot), { isForged: true })) },
  { what: 'of a stranger', verdict: 'UNAUTHORIZED', write: (ballot, seal) => seal(signBallot(encodeSignedBallot(ballot), { kid: 'well/1', isForged: true })) },
  { what: 'without a name', verdict: 'UNAUTHORIZED', write: (ballot, seal) => seal(signBallot(encodeSignedBallot(ballot), { kid: '/' })) },
  { what: 'tampered with', verdict: 'UNAUTHORIZED', write: (ballot, seal) => {
    const [header, , signature] = signBallot(encodeSignedBallot(ballot)).split('.')
    return seal([header, Buffer.from(encodeSignedBallot({ ...ballot, sourceBallotNumber: 'stuffed' })).toString('base64url'), signature].join('.'))
  } },
  { what: 'rubbish', verdict: 'QUARANTINED', write: () => Buffer.from([0xff, 0x00, 0x7b, 0x22]) },
  { what: 'nothing', verdict: 'QUARANTINED', write: () => null },
  { what: 'far too long', verdict: 'QUARANTINED', write: () => Buffer.alloc(SUBMISSION_BYTES + 1, 'x') },
  { what: 'of another version', verdict: 'QUARANTINED', write: (ballot) => JSON.stringify({ v: 2, ballot: signBallot(encodeSignedBallot(ballot)) }) },
  { what: 'signed in another version', verdict: 'QUARANTINED', write: (ballot, seal) => seal(signBallot(JSON.stringify({ ...ballot, v: 7 }))) },
  { what: 'from nowhere', verdict: 'INVALID_BALLOT', write: (ballot, seal) => seal(signBallot(encodeSignedBallot({ ...ballot, unit: 'moon' }))) },
  { what: 'for no election', verdict: 'INVALID_BALLOT', write: (ballot, seal) => seal(signBallot(encodeSignedBallot({ ...ballot, election: 'coffee' }))) },
  { what: 'of two voters', verdict: 'INVALID_BALLOT', write: (ballot, seal) => seal(signBallot(encodeSignedBallot({ ...ballot, voterId: 'Miller 0' }))) },
]
