import { createHash } from 'node:crypto'
import { Command } from 'commander'
import { readRoll } from '../roll/roll-file.js'
import { syntheticRoll } from '../roll/synthetic-roll.js'
import type { ElectionShape } from '../system/election-shape.js'
import { findElection } from '../system/elections.js'
import { readEnvironment } from '../system/environment.js'
import { readShape } from '../system/read-shape.js'
import { registerVoters, reissueVotingCode, type NewVoter, type Registration } from '../system/voters.js'
import { openCodesOutput, requireRoom, type CodesOutput } from './codes-output.js'
import { CommandFailure, openContext, runCommand, say, shorten, wholeNumber, type CommandContext } from './command-line.js'
import { createProgress } from './progress.js'
import { readText } from './read-definition.js'

interface Options { election: string, count?: string, file?: string, reissue: string[], out?: string, seed?: string, encoding?: string }

const MOST_MADE_UP = 10_000_000
const MOST_REISSUED = 1_000
/** What a row of a made-up voter takes at the most. */
const BYTES_A_VOTER = 160

/** `npm run voters`: registers voters and writes their voting codes as CSV, or gives some of them new codes. */
async function run(options: Options): Promise<number> {
  const ways = [options.count, options.file, options.reissue.length > 0 ? options.reissue : undefined].filter((way) => way !== undefined)
  if (ways.length !== 1) throw new CommandFailure('Name one of --count, --file and --reissue.')
  if (options.reissue.length > MOST_REISSUED) throw new CommandFailure(`At most ${MOST_REISSUED.toLocaleString('en-US')} voters can get a new code at once.`)
  const environment = readEnvironment()
  const text = options.file === undefined ? null : await readText(environment.workingFolder, options.file, options.encoding)
  const count = options.count === undefined ? 0 : wholeNumber('--count', 1)(options.count)
  if (count > MOST_MADE_UP) throw new CommandFailure(`--count must be at most ${MOST_MADE_UP.toLocaleString('en-US')}.`)
  await using context = await openContext(environment)
  const election = await findElection(context.manager, options.election)
  if (election === null) throw new CommandFailure(`There is no election "${options.election}".`)
  const shape = await readShape(context.manager, election.id)
  const roll = text === null ? null : readVoters(options.file ?? '', text, shape)
  const place = { folder: environment.workingFolder, out: options.out, home: environment.home }
  await requireRoom(place, text === null ? (count + options.reissue.length) * BYTES_A_VOTER : 2 * Buffer.byteLength(text) + (roll?.voters.length ?? 0) * 48)
  const asked = text === null ? JSON.stringify({ count, reissue: options.reissue, seed: options.seed }) : text
  await using output = await openCodesOutput(place, { election: election.id, asked: createHash('sha256').update(asked).digest('hex'), seed: options.seed })
  if (output.run.isContinued) say('An earlier run of this command did not finish: it goes on.')
  if (options.reissue.length > 0) return await reissue(context, election.id, options, output)
  const voters = roll?.voters ?? syntheticRoll(shape, count, output.run.seed)
  const progress = createProgress('registering', voters.length, 'voters')
  const registration = await registerVoters(context.manager, election.id, voters, {
    idempotencyKey: output.run.key,
    onPart: async ({ registered }, part) => {
      await output.write(part, registered)
      progress.add(part.length)
    },
  }).finally(() => { progress.stop() })
  await output.finish()
  return report(registration, roll?.lines ?? null, options)
}

async function reissue({ manager }: CommandContext, electionId: string, options: Options, output: CodesOutput): Promise<number> {
  const refusals: string[] = []
  for (const voterId of new Set(options.reissue)) {
    const code = await reissueVotingCode(manager, electionId, voterId, output.run.key)
    if (code.ok) await output.write([code], [code])
    else refusals.push(`  ${voterId}: ${code.message}`)
  }
  await output.finish()
  const issued = new Set(options.reissue).size - refusals.length
  say(`${issued.toLocaleString('en-US')} ${issued === 1 ? 'voter has a new code' : 'voters have new codes'}${writtenTo(options)}. The old ${issued === 1 ? 'one is' : 'ones are'} void.`)
  if (refusals.length > 0) say('No new code:')
  shorten(refusals).forEach(say)
  return refusals.length === 0 ? 0 : 1
}

function readVoters(file: string, text: string, shape: ElectionShape): { voters: NewVoter[], lines: number[] } {
  const roll = readRoll(text, shape)
  if (!roll.ok) throw new CommandFailure(`${file} cannot be registered:`, ...shorten(roll.problems.map((problem) => `  ${problem}`)))
  return roll
}

function report({ registered, alreadyRegistered, problems }: Registration, lines: readonly number[] | null, options: Options): number {
  say(`Registered ${registered.length.toLocaleString('en-US')} voters for "${options.election}"${writtenTo(options)}.`)
  if (alreadyRegistered.length > 0) say(`${alreadyRegistered.length.toLocaleString('en-US')} had been registered before and keep their codes (a lost one is replaced by --reissue): ${alreadyRegistered.slice(0, 5).join(', ')}${alreadyRegistered.length > 5 ? ', …' : ''}`)
  const sentences = problems.map(({ path, message }) => {
    const line = lines?.[Number(/^voters\[(\d+)\]/.exec(path)?.[1])]
    return line === undefined ? `  ${path}: ${message}` : `  Line ${line}: ${message}`
  })
  if (sentences.length > 0) say('Not registered:')
  shorten(sentences).forEach(say)
  return problems.length === 0 ? 0 : 1
}

const writtenTo = ({ out }: Options): string => out === undefined ? '' : `; their voting codes are in ${out}, readable by you alone`

const command = new Command('npm run voters --')
  .description('Registers voters and writes their voting codes as CSV, or gives a voter a new code for a lost one.')
  .addHelpText('after', `
Example:
  npm run voters -- --election crumbleton --count 100 --out codes.csv
  npm run voters -- --election crumbleton --reissue V4711 --out new-code.csv

The output is never a file that is there already. What is written is safe on disk before the next batch is registered;
after a run that was cut off the same command goes on where it stopped, and no code is lost.

Exit codes: 0 all have their codes, 1 some have not; the reasons are on stderr.`)
  .requiredOption('--election <slug>', 'the election')
  .option('--count <n>', 'so many made-up voters')
  .option('--file <roll.csv>', 'an electoral roll: voter_id, reporting_unit, name, address, channel, and a column per attribute')
  .option('--encoding <name>', 'encoding of a roll that is not UTF-8, such as windows-1252')
  .option('--reissue <voter_id>', 'a new code for this voter, as often as needed; the old one is void at once', (id: string, ids: string[]) => [...ids, id], [])
  .option('--out <codes.csv>', 'a new file for the voting codes (default: stdout)')
  .option('--seed <n>', 'seed of made-up voters')
  .action((options: Options) => runCommand(() => run(options)))

await command.parseAsync()
