import 'reflect-metadata'
import { Command } from 'commander'
import { wholeNumber } from '../arguments.js'
import { measureIngest } from './ingest.js'
import { printSize, printWorkers } from './print.js'
import { measureLarge, measureMany, measureWide } from './sizes.js'
import { measureWorkers, type WorkersOptions } from './workers.js'

const tell = (line: string): void => console.error(`· ${line}`)

const program = new Command('npm run scale --').description('Measures how LiveTally grows, on real parts of its own. Nothing else should run meanwhile.')
  .addHelpText('after', '\nExample:\n  npm run scale -- workers --ballots 200000\n\nExit codes: 0 measured, 1 not.')

program.command('workers')
  .description('1, 2 and 4 worker processes on 16 boxes; then one joins and one leaves while votes come')
  .option('--ballots <n>', 'backlog for each', wholeNumber, 200_000)
  .option('--rate <n>', 'ballots a second while they come and go', wholeNumber, 1_000)
  .action(async (options: WorkersOptions) => console.log(printWorkers(await measureWorkers(options, tell))))

program.command('wide')
  .description('one election of many reporting units and contests')
  .option('--units <n>', 'polling places', wholeNumber, 10_000)
  .option('--contests <n>', 'contests', wholeNumber, 50)
  .option('--ballots <n>', 'ballots', wholeNumber, 20_000)
  .option('--rate <n>', 'ballots a second', wholeNumber, 500)
  .action(async ({ units, contests, ...options }: { units: number, contests: number, ballots: number, rate: number }) =>
    console.log(printSize(await measureWide(options, { places: units, contests }, tell))))

program.command('elections')
  .description('many small elections at once')
  .option('--elections <n>', 'how many', wholeNumber, 2_000)
  .option('--ballots <n>', 'ballots in all of them together', wholeNumber, 20_000)
  .action(async ({ elections, ...options }: { elections: number, ballots: number }) => console.log(printSize(await measureMany(options, elections, tell))))

program.command('ballots')
  .description('one election of very many ballots')
  .option('--ballots <n>', 'how many', wholeNumber, 5_000_000)
  .action(async (options: { ballots: number }) => console.log(printSize(await measureLarge(options, tell))))

program.command('ingest')
  .description('ballots of another system over Kafka, with rubbish among them')
  .option('--ballots <n>', 'how many', wholeNumber, 200_000)
  .action(async (options: { ballots: number }) => console.log(printSize(await measureIngest(options, tell))))

try {
  await program.parseAsync()
} catch (error) {
  console.error(error instanceof Error ? `Not measured: ${error.message}` : error)
  process.exitCode = 1
}
