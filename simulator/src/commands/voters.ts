import { randomInt } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { codesCsv } from '../roll/codes-csv.js'
import { readRoll } from '../roll/roll-file.js'
import { syntheticRoll } from '../roll/synthetic-roll.js'
import type { ElectionShape } from '../system/election-shape.js'
import { findElection } from '../system/elections.js'
import { readEnvironment } from '../system/environment.js'
import { readShape } from '../system/read-shape.js'
import { registerVoters, type NewVoter, type Registration } from '../system/voters.js'
import { CommandFailure, openContext, runCommand, say, shorten, wholeNumber } from './command-line.js'
import { createProgress } from './progress.js'
import { readText } from './read-definition.js'

interface Options { election: string, count?: string, file?: string, out?: string, seed?: string, encoding?: string }

/** `npm run voters`: registers voters and writes their voting codes as CSV. */
async function run(options: Options): Promise<number> {
  if ((options.count === undefined) === (options.file === undefined)) throw new CommandFailure('Name either --count or --file.')
  const environment = readEnvironment()
  const rollText = options.file === undefined ? null : await readText(environment.workingFolder, options.file, options.encoding)
  const count = options.count === undefined ? 0 : wholeNumber('--count', 1)(options.count)
  await using context = await openContext(environment)
  const election = await findElection(context.manager, options.election)
  if (election === null) throw new CommandFailure(`There is no election "${options.election}".`)
  const shape = await readShape(context.manager, election.id)
  const roll = rollText === null ? { voters: syntheticRoll(shape, count, options.seed ?? String(randomInt(1_000_000))), lines: null } : readVoters(options.file ?? '', rollText, shape)
  const progress = createProgress('registering', roll.voters.length, 'voters')
  let done = 0
  const registration = await registerVoters(context.manager, election.id, roll.voters, (now) => {
    progress.add(now - done)
    done = now
  }).finally(() => { progress.stop() })
  const csv = codesCsv(roll.voters, registration.registered)
  if (options.out === undefined) process.stdout.write(csv)
  else await writeFile(resolve(environment.workingFolder, options.out), csv, { mode: 0o600 })
  return report(registration, roll.lines, options)
}

function readVoters(file: string, text: string, shape: ElectionShape): { voters: NewVoter[], lines: number[] } {
  const roll = readRoll(text, shape)
  if (!roll.ok) throw new CommandFailure(`${file} cannot be registered:`, ...shorten(roll.problems.map((problem) => `  ${problem}`)))
  return roll
}

function report({ registered, alreadyRegistered, problems }: Registration, lines: readonly number[] | null, { out, election }: Options): number {
  say(`Registered ${registered.length.toLocaleString('en-US')} voters for "${election}"${out === undefined ? '' : `; their voting codes are in ${out}, readable by you alone`}.`)
  if (alreadyRegistered.length > 0) say(`${alreadyRegistered.length.toLocaleString('en-US')} had been registered before and keep their codes: ${alreadyRegistered.slice(0, 5).join(', ')}${alreadyRegistered.length > 5 ? ', …' : ''}`)
  const sentences = problems.map(({ path, message }) => {
    const line = lines?.[Number(/^voters\[(\d+)\]/.exec(path)?.[1])]
    return line === undefined ? `  ${path}: ${message}` : `  Line ${line}: ${message}`
  })
  if (sentences.length > 0) say('Not registered:')
  shorten(sentences).forEach(say)
  return problems.length === 0 ? 0 : 1
}

const command = new Command('npm run voters --')
  .description('Registers voters and writes their voting codes as CSV.')
  .addHelpText('after', '\nExample:\n  npm run voters -- --election crumbleton --count 100 --out codes.csv\n\nExit codes: 0 all are registered, 1 some are not; the reasons are on stderr.')
  .requiredOption('--election <slug>', 'the election')
  .option('--count <n>', 'so many made-up voters')
  .option('--file <roll.csv>', 'an electoral roll: voter_id, reporting_unit, name, address, channel, and a column per attribute')
  .option('--encoding <name>', 'encoding of a roll that is not UTF-8, such as windows-1252')
  .option('--out <codes.csv>', 'where to write the voting codes (default: stdout)')
  .option('--seed <n>', 'seed of made-up voters')
  .action((options: Options) => runCommand(() => run(options)))

await command.parseAsync()
