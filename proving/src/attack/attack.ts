import type { TestNetwork } from '@livetally/local/test-network'
import type { AttackReport } from './attack-report.js'
import { drawElection } from './election/draw-election.js'
import { followResults } from './observer/follower.js'
import { readLedger } from './observer/ledger-reader.js'
import { readEverything } from './observer/public-reader.js'
import { askForReceipts } from './observer/receipt-reader.js'
import type { AttackOptions } from './options.js'
import { solveElection } from './solve-election.js'
import { openElection } from './voting/open-election.js'
import { voteAndClose } from './voting/vote.js'

export interface AttackPorts {
  network: TestNetwork
  tell?: (line: string) => void
  onCast?: (count: number) => void
}

/** Has a drawn election voted in a running system, reads all that anybody may read, and solves it for single ballots. */
export async function attack(options: AttackOptions, { network, tell = () => undefined, onCast }: AttackPorts): Promise<AttackReport> {
  const drawn = drawElection(options)
  await using election = await openElection(network, drawn)
  const { structure, key } = election
  await using follower = followResults(network, structure, key)
  await voteAndClose({ network, election, drawn, follower, batch: options.batch, disturbances: options, ...onCast === undefined ? {} : { onCast } })
  const ledger = await readLedger(network, key)
  tell(`reading everything that was published of ${ledger.ballots.length.toLocaleString('en-US')} ballots`)
  const observed = await readEverything(network, structure, key, follower.observations)
  const step = Math.max(1, Math.floor(ledger.ballots.length / Math.max(1, options.receipts)))
  const asked = ledger.ballots.filter((_, at) => at % step === 0).slice(0, options.receipts)
  const receipts = (await askForReceipts(network, asked)).map((receipt) => ({ ...receipt, ballot: receipt.ballot * step }))
  tell(`solving ${observed.observations.length.toLocaleString('en-US')} numbers of ${observed.revisions.length.toLocaleString('en-US')} revisions`)
  return solveElection({ structure, ledger, observed, receipts, seed: options.seed, rounds: options.rounds })
}
