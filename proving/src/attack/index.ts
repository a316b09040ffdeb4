import 'reflect-metadata'
import { describeMachine } from '@livetally/bench/parts'
import { BALLOT_SECRECIES, type BallotSecrecy } from '@livetally/core/election'
import { createTestNetwork, startOwnKafka, startOwnPostgres } from '@livetally/local/test-network'
import { createProgress } from '@livetally/simulator'
import { Command, Option } from 'commander'
import { wholeNumber } from '../arguments.js'
import { attack } from './attack.js'
import { objectionsTo, type AttackReport } from './attack-report.js'
import type { AttackOptions } from './options.js'
import { printReports } from './print-report.js'

interface Arguments {
  ballots: number, places: number, secrecy: BallotSecrecy | 'BOTH', seed: string, batch: number, releaseSize?: number, receipts: number, rounds: number
  skewed: boolean, byChannel: boolean, byWard: boolean, importedTime: boolean, wide: boolean, calm: boolean, json: boolean
}

const program = new Command('npm run attack --')
  .description('Has an election voted on a system of its own, reads everything that is public of it, and solves it for single ballots.')
  .addHelpText('after', '\nExample:\n  npm run attack -- --ballots 50000 --places 200\n\nExit codes: 0 secret ballots stayed secret and nine of ten open ones were read, 1 not so.')
  .option('--ballots <n>', 'ballots', wholeNumber, 5_000)
  .option('--places <n>', 'polling places', wholeNumber, 80)
  .addOption(new Option('--secrecy <which>', 'which elections are attacked').choices([...BALLOT_SECRECIES, 'BOTH']).default('BOTH'))
  .option('--seed <text>', 'draws the election', '1')
  .option('--batch <n>', 'ballots that are cast together; the next when these are seen', wholeNumber, 20)
  .option('--release-size <n>', 'ballots whose choices are published together', wholeNumber)
  .option('--receipts <n>', 'receipts that are asked for', wholeNumber, 5_000)
  .option('--rounds <n>', 'how long small sets are searched for', wholeNumber, 5)
  .option('--skewed', 'places of very different size, which lean one way', false)
  .option('--by-channel', 'choices are published by channel', false)
  .option('--by-ward', 'choices are live by ward instead of by place', false)
  .option('--imported-time', 'ballots bring their own time, and some are late', false)
  .option('--wide', 'breakdowns by pairs of attributes and by ward, too', false)
  .option('--calm', 'no pause, no correction, no restart and no rebuild while people vote', false)
  .option('--json', 'the report as JSON', false)

const given = program.parse().opts<Arguments>()
const tell = (line: string): void => console.error(`· ${line}`)

function optionsFor(secrecy: BallotSecrecy): AttackOptions {
  const { ballots, places, seed, batch, releaseSize, receipts, rounds, skewed, byChannel, byWard, importedTime, wide, calm } = given
  return {
    secrecy, ballots, places, seed: `${seed}-${secrecy.toLowerCase()}`, batch, receipts, rounds,
    ...releaseSize === undefined ? {} : { releaseSize },
    isSkewed: skewed, choicesByChannel: byChannel, byWard, importedTime, breakdowns: wide ? [['age', 'gender'], ['unit:WARD', 'age']] : [],
    pauses: !calm, restarts: !calm, corrections: !calm,
  }
}

async function attackOwnSystem(secrecies: readonly BallotSecrecy[]): Promise<AttackReport[]> {
  await using postgres = await startOwnPostgres()
  await using kafka = await startOwnKafka()
  await using network = await createTestNetwork({ suite: 'attack', servers: { postgresUrl: postgres.url, kafkaBrokers: kafka.brokers }, env: { LOG_LEVEL: 'warn' } })
  const reports: AttackReport[] = []
  for (const secrecy of secrecies) {
    const progress = createProgress(`voting, ${secrecy} ballots`, given.ballots, 'ballots')
    let left = given.ballots
    const onCast = (count: number): void => {
      progress.add(count)
      left -= count
      if (left <= 0) progress.stop()
    }
    try {
      reports.push(await attack(optionsFor(secrecy), { network, tell, onCast }))
    } finally {
      progress.stop()
    }
  }
  return reports
}

try {
  const reports = await attackOwnSystem(given.secrecy === 'BOTH' ? BALLOT_SECRECIES : [given.secrecy])
  console.log(given.json ? JSON.stringify(reports, undefined, 2) : `${describeMachine()}\n\n${printReports(reports)}`)
  process.exitCode = reports.every((report) => objectionsTo(report).length === 0) ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? `Not attacked: ${error.message}` : error)
  process.exitCode = 1
}
