import 'reflect-metadata'
import { Command, InvalidArgumentError } from 'commander'
import { measureAccept, type AcceptOptions } from './accept/accept.js'
import { printAccept } from './accept/print.js'
import { measureDrain, PEERS, type DrainOptions, type Peer } from './drain/drain.js'
import { printDrain } from './drain/print.js'
import { measureLatency, type LatencyOptions } from './latency/latency.js'
import { printLatency } from './latency/print.js'

const whole = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Give a whole number of 1 or more.')
  return value
}

const wholes = (text: string): number[] => text.split(',').map(whole)

const peers = (text: string): Peer[] => PEERS.filter((peer) => text.split(',').includes(peer))

const tell = (line: string): void => console.error(`· ${line}`)

const program = new Command('bench').description('Measures LiveTally against its aims, on real parts of its own. Nothing else should run meanwhile.')

program.command('latency', { isDefault: true })
  .description('from the answer of castVote to the message at a subscriber, and what each process costs')
  .option('--rate <n>', 'ballots a second', whole, 1_000)
  .option('--direct <n>', 'of these, by castVote, one request each', whole, 200)
  .option('--seconds <n>', 'how long to measure, after 5 s of warming up', whole, 30)
  .option('--viewers <n>', 'subscribers', whole, 100)
  .option('--profile <folder>', 'write CPU profiles of API and workers there')
  .option('--json', 'print the figures as JSON')
  .action(async (options: LatencyOptions & { json?: boolean }) => {
    const report = await measureLatency(options, tell)
    console.log(options.json === true ? JSON.stringify(report, null, 2) : printLatency(report, options))
  })

program.command('accept')
  .description('what accepting a vote costs Node and Postgres, by votes in a transaction')
  .option('--votes <n>', 'votes per size of a transaction', whole, 60_000)
  .option('--contests <n>', 'contests on a ballot', whole, 3)
  .option('--json', 'print the figures as JSON')
  .action(async (options: AcceptOptions & { json?: boolean }) => {
    const rows = await measureAccept(options, tell)
    console.log(options.json === true ? JSON.stringify(rows, null, 2) : printAccept(rows, options))
  })

program.command('drain')
  .description('what counting a ballot of a backlog costs, against kafkajs and Kafka Streams')
  .option('--ballots <n>', 'size of the backlog', whole, 1_000_000)
  .option('--contests <list>', 'contests on a ballot, one backlog for each', wholes, [3, 1])
  .option('--peers <list>', 'which peers take part', peers, [...PEERS])
  .option('--profile <folder>', 'write a CPU profile of the tabulator there')
  .option('--json', 'print the figures as JSON')
  .action(async (options: DrainOptions & { json?: boolean }) => {
    const reports = await measureDrain(options, tell)
    console.log(options.json === true ? JSON.stringify(reports, null, 2) : printDrain(reports))
  })

await program.parseAsync()
