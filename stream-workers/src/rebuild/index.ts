import { Command, InvalidArgumentError } from 'commander'
import { findDatabaseUrl } from '../environment.js'
import { rebuild } from './rebuild.js'

const program = new Command('npm run rebuild --')
  .description('Has the workers count an election anew from its ledger, while everything goes on being served. Exits 1 if they did not within the time.')
  .addHelpText('after', '\nExample:\n  npm run rebuild -- --election evergreen-demo\n\nExit codes: 0 every box was counted anew, 1 not all were within the time, or there is no such election.')
  .requiredOption('--election <slug>', 'the election to rebuild')
  .option('--minutes <number>', 'how long to wait for the workers', minutesOf, 30)

const { election: slug, minutes } = program.parse().opts<{ election: string, minutes: number }>()

function minutesOf(text: string): number {
  const minutes = Number(text)
  if (!Number.isFinite(minutes) || minutes <= 0 || minutes > 1_440) throw new InvalidArgumentError('Say a number of minutes above 0, at most 1440.')
  return minutes
}

try {
  const showsProgress = process.stderr.isTTY
  const outcome = await rebuild(await findDatabaseUrl('worker'), slug, {
    limitMs: minutes * 60_000,
    onProgress: ({ boxes, done }) => { if (showsProgress) process.stderr.write(`\r${done} of ${boxes} ballot boxes counted anew`) },
  })
  if (showsProgress) process.stderr.write('\r\u001B[K')
  switch (outcome.kind) {
    case 'NO_ELECTION': throw new Error(`There is no election "${slug}". The dashboard's first page lists those there are.`)
    case 'DONE':
      console.log(outcome.boxes === 0
        ? `Nothing of "${slug}" has been counted yet, so there is nothing to count anew.`
        : `${outcome.boxes === 1 ? 'The only ballot box' : `All ${outcome.boxes} ballot boxes`} of "${slug}" with votes or corrections ${outcome.boxes === 1 ? 'was' : 'were'} counted anew. "npm run recount -- --election ${slug}" checks ${outcome.boxes === 1 ? 'it' : 'them'}.`)
      break
    case 'NOT_DONE':
      console.error(`${outcome.boxes - outcome.done} of ${outcome.boxes} ballot boxes were not counted anew within ${minutes} minutes. They still will be as soon as a worker tallies them: is one running?`)
      process.exitCode = 1
      break
    default: outcome satisfies never
  }
} catch (error) {
  console.error(error instanceof Error && error.message !== '' ? error.message : 'Postgres cannot be reached. Check DATABASE_URL and that the server is running.')
  process.exitCode = 1
}
