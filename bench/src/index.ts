import 'reflect-metadata'
import { Command, InvalidArgumentError } from 'commander'
import type { AcceptOptions } from './accept/accept.js'
import { PEERS, type DrainOptions, type Peer } from './drain/drain.js'
import { describeGoals, isReached } from './goal.js'
import type { LatencyOptions } from './latency/latency.js'
import { measurements, type Findings } from './measurements.js'
import type { SinkOptions } from './sink/sink.js'

const whole = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Give a whole number of 1 or more.')
  return value
}

const wholes = (text: string): number[] => text.split(',').map(whole)

const peers = (text: string): Peer[] => PEERS.filter((peer) => text.split(',').includes(peer))

const tell = (line: string): void => console.error(`· ${line}`)

const print = ({ figures, text }: Findings, asJson = false): void => console.log(asJson ? JSON.stringify(figures, null, 2) : text)

interface Output { json?: boolean }

const program = new Command('npm run bench --').description('Measures LiveTally against its aims, on real parts of its own. Nothing else should run meanwhile.')
  .addHelpText('after', '\nExample:\n  npm run bench -- latency --rate 1000 --viewers 100\n\nExit codes: 0 measured, 1 not.')

program.command('all', { isDefault: true })
  .description('all that follows, one after the other, and which aims were reached (about half an hour)')
  .option('--small', 'a tenth of everything, to try it out', false)
  .action(async ({ small }: { small: boolean }) => {
    const sized = (count: number): number => small ? Math.max(1, count / 10) : count
    const runs = [
      () => measurements.accept({ votes: sized(60_000), contests: 3 }, tell),
      () => measurements.latency({ rate: 1_000, direct: 200, seconds: sized(30), viewers: 100 }, tell),
      () => measurements.drain({ ballots: sized(1_000_000), contests: [3, 1], peers: PEERS }, tell),
      () => measurements.sink({ ballots: sized(4_000_000), contests: 3, flushes: sized(30) }, tell),
    ]
    const found: Findings[] = []
    for (const run of runs) {
      const findings = await run()
      print(findings)
      console.log('')
      found.push(findings)
    }
    const goals = found.flatMap((findings) => findings.goals)
    console.log(`${goals.filter(isReached).length} of ${goals.length} aims were reached:\n${describeGoals(goals)}`)
  })

program.command('accept')
  .description('what accepting a vote costs Node and Postgres, by votes in a transaction')
  .option('--votes <n>', 'votes per size of a transaction', whole, 60_000)
  .option('--contests <n>', 'contests on a ballot', whole, 3)
  .option('--json', 'print the figures as JSON')
  .action(async (options: AcceptOptions & Output) => print(await measurements.accept(options, tell), options.json))

program.command('latency')
  .description('from the answer of castVote to the message at a subscriber, and what each process costs')
  .option('--rate <n>', 'ballots a second', whole, 1_000)
  .option('--direct <n>', 'of these, by castVote, one request each', whole, 200)
  .option('--seconds <n>', 'how long to measure, after 5 s of warming up', whole, 30)
  .option('--viewers <n>', 'subscribers', whole, 100)
  .option('--profile <folder>', 'write CPU profiles of API and workers there')
  .option('--json', 'print the figures as JSON')
  .action(async (options: LatencyOptions & Output) => print(await measurements.latency(options, tell), options.json))

program.command('drain')
  .description('what counting a ballot of a backlog costs, against kafkajs and Kafka Streams')
  .option('--ballots <n>', 'size of the backlog', whole, 1_000_000)
  .option('--contests <list>', 'contests on a ballot, one backlog for each', wholes, [3, 1])
  .option('--peers <list>', `which peers take part: ${PEERS.join(', ')}, or none`, peers, [...PEERS])
  .option('--profile <folder>', 'write a CPU profile of the tabulator there')
  .option('--json', 'print the figures as JSON')
  .action(async (options: DrainOptions & Output) => print(await measurements.drain(options, tell), options.json))

program.command('sink')
  .description('the worker\'s transaction against plain inserts, bytes per ballot, and how the cost of a ballot grows with their number')
  .option('--ballots <n>', 'ballots to cast; costs are compared from an eighth of them on', whole, 4_000_000)
  .option('--contests <n>', 'contests on a ballot', whole, 3)
  .option('--flushes <n>', 'flushes of each size', whole, 30)
  .option('--json', 'print the figures as JSON')
  .action(async (options: SinkOptions & Output) => print(await measurements.sink(options, tell), options.json))

await program.parseAsync()
