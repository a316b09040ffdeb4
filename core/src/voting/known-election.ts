import type { Election } from '../election/index.js'
import { electionKeys, type ElectionKeys } from './election-keys.js'

/** An election with what a process needs to accept ballots in it. */
export interface KnownElection {
  readonly election: Election
  readonly keys: ElectionKeys
  /** False if the election was made under another master key: then nobody's repeat could be recognised here. */
  readonly hasItsKey: boolean
}

/** `fingerprint` is the one that is stored with the election; undefined if none was found. */
export function equipElection(election: Election, masterKey: Buffer, fingerprint: Buffer | undefined): KnownElection {
  const keys = electionKeys(masterKey, election.slug)
  return { election, keys, hasItsKey: fingerprint !== undefined && keys.fingerprint.equals(fingerprint) }
}
