import { checkDefinition } from '@livetally/core/election'
import { Command } from 'commander'
import { createLoad, type LoadRecord } from '../load/load.js'
import { comparisonTable, type ContestComparison } from '../replay/compare.js'
import { compareElection, turnoutOf } from '../replay/compare-election.js'
import { decomposeBallots, type ReplayBallots } from '../replay/decompose-ballots.js'
import { deriveElection, type DerivedElection } from '../replay/derive-election.js'
import { findOrCreate } from '../replay/find-or-create.js'
import { createIngestForm } from '../replay/ingest.js'
import { atSpeed, readSpeed, type Speed } from '../replay/play-speed.js'
import { describeDryRun } from '../replay/dry-run.js'
import { readPlainRows, type PlainRow } from '../replay/plain-sums.js'
import { readPrecinctFile, type PrecinctFile } from '../replay/precinct-file.js'
import { changePhase, type KnownElection } from '../system/elections.js'
import { readEnvironment } from '../system/environment.js'
import { watchResults, type ResultsNews } from '../system/results-watch.js'
import { CommandFailure, openContext, runCommand, say, shorten, wholeNumber, type CommandContext } from './command-line.js'
import { createProgress } from './progress.js'
import { readBytes } from './read-definition.js'
import { addReadingSwitches, readReadingSwitches, type ReadingSwitches } from './replay-switches.js'

interface Options extends ReadingSwitches { file: string, format: string, election?: string, seed: string, speed: string, limitUnits?: string, secret?: boolean, close?: boolean, dryRun?: boolean }

const PATIENCE_MS = 300_000

/** `npm run replay`: casts a certified precinct file as single ballots, closes the election and compares. With secret ballots it closes only where it is told to: choices are complete then, not before. */
async function run(options: Options): Promise<number> {
  const speed = readSpeed(options.speed)
  if (speed === null) throw new CommandFailure(`--speed must be max or a factor such as 60x, not "${options.speed}".`)
  if (options.format !== 'openelections') throw new CommandFailure(`--format must be openelections, not "${options.format}".`)
  const environment = readEnvironment()
  const { file, derived, plain } = derive(await readBytes(environment.workingFolder, options.file), options)
  if (options.dryRun === true) {
    process.stdout.write(`${JSON.stringify(describeDryRun(file, derived, plain), null, 1)}\n`)
    return 0
  }
  if (options.election === undefined) throw new CommandFailure('Name the election with --election, or say --dry-run.')
  await using context = await openContext(environment)
  const found = await findOrCreate(context.manager, derived)
  if (!found.ok) throw new CommandFailure(...found.sentences)
  const { election } = found
  say(`Election "${election.slug}" (${election.id}) ${found.isContinued ? `goes on, ${election.phase.toLowerCase()}` : 'was created and opened'}.`)
  const ballots = decomposeBallots(derived, options.seed)
  if (election.phase === 'OPEN') {
    await cast(context, election, ballots, speed, options.seed)
    if (election.ballotSecrecy === 'SECRET' && options.close !== true) return await compareOpenTurnout(context, election, ballots)
    const closed = await changePhase(context.manager, 'closeElection', election.id)
    if (!closed.ok && closed.phase !== 'CLOSED') throw new CommandFailure(`The election cannot be closed: ${closed.message}`)
  }
  say('Closed. Waiting until every sealed box is counted and published …')
  await waitForCount(context, election, ballots.count, ({ status }) => status !== 'PRE_ELECTION' && status !== 'UNOFFICIAL_PARTIAL')
  const { lines, says } = await compareElection(context.manager, election, derived, ballots, plain)
  say(says)
  return verdictOf(lines, { equal: 'What was counted equals the file.', unequal: 'What was counted does NOT equal the file.' })
}

/** Choices of secret ballots are still held back in part: turnout is all that can be compared. */
async function compareOpenTurnout(context: CommandContext, election: KnownElection, ballots: ReplayBallots): Promise<number> {
  say('Waiting until every ballot is counted and published …')
  await waitForCount(context, election, ballots.count, ({ ballotsCast }) => ballotsCast >= ballots.count)
  const lines = [await turnoutOf(context.manager, election, ballots)]
  say('Compared: ballots by place and channel. Choices of secret ballots are complete once the election is closed: the same command with --close closes it and compares them.')
  return verdictOf(lines, { equal: 'Turnout equals the file.', unequal: 'Turnout does NOT equal the file.' })
}

function verdictOf(lines: readonly ContestComparison[], { equal, unequal }: { equal: string, unequal: string }): number {
  process.stdout.write(`${comparisonTable(lines)}\n`)
  const differences = lines.flatMap((line) => line.differences)
  shorten(differences).forEach(say)
  say(differences.length === 0 ? equal : unequal)
  return differences.length === 0 ? 0 : 1
}

function derive(bytes: Buffer, options: Options): { file: PrecinctFile, derived: DerivedElection, plain: PlainRow[] } {
  const switches = readReadingSwitches(options.file, options)
  const check = readPrecinctFile(bytes, switches)
  if (!check.ok) throw new CommandFailure(`${options.file} cannot be replayed:`, ...shorten(check.problems.map((problem) => `  ${problem}`)))
  const { file } = check
  const limitUnits = options.limitUnits === undefined ? {} : { limitUnits: wholeNumber('--limit-units', 1)(options.limitUnits) }
  const derived = deriveElection(file, { slug: options.election ?? 'dry-run', now: Date.now(), isSecret: options.secret === true, ...limitUnits })
  const definition = checkDefinition(derived.definition)
  if (!definition.ok) throw new CommandFailure(`${options.file} cannot be replayed:`, ...shorten(definition.problems.map(({ path, message }) => `  ${path}: ${message}`)))
  say(`${options.file}: ${file.rows.length.toLocaleString('en-US')} rows, ${derived.precincts.length.toLocaleString('en-US')} precincts, ${derived.contests.length} contests.`)
  for (const { why, rows } of file.setAside) say(`Not counted: ${rows.toLocaleString('en-US')} rows (${why}).`)
  if (file.ignoredColumns.length > 0) say(`Ignored columns: ${file.ignoredColumns.join(', ')}.`)
  shorten(file.warnings).forEach(say)
  for (const { title, votesAllowed } of derived.contests) if (votesAllowed > 1) say(`${title}: up to ${votesAllowed} marks per voter.`)
  return { file, derived, plain: readPlainRows(bytes, switches) }
}

async function cast(context: CommandContext, election: KnownElection, ballots: ReplayBallots, speed: Speed, seed: string): Promise<void> {
  const form = createIngestForm({ electionId: election.id, opensAt: Date.parse(election.opensAt), seed })
  const progress = createProgress('casting', ballots.count, 'ballots')
  const refusals: LoadRecord[] = []
  const load = createLoad({
    client: context.ingest,
    electionId: election.id,
    ballots: formed(atSpeed(ballots, speed), form),
    batch: speed.kind === 'max' ? 1_000 : 100,
    inFlight: 4,
    keepRecords: false,
    onRecord: (record) => {
      progress.add(1)
      if (record.answer.type !== 'VoteAccepted') refusals.push(record)
      if (refusals.length > 100) load.stop()
    },
  })
  const summary = await load.run().finally(() => { progress.stop() })
  if (refusals.length > 0) throw new CommandFailure('Not every ballot was accepted; the election stays open. Run the same command again to go on.', ...describeRefusals(refusals))
  const perSecond = Math.round(summary.sent / Math.max(0.001, summary.seconds))
  say(`Cast ${summary.sent.toLocaleString('en-US')} ballots in ${summary.seconds.toFixed(1)} s (${perSecond.toLocaleString('en-US')} a second)${summary.repeated > 0 ? `; ${summary.repeated.toLocaleString('en-US')} of them had been accepted before` : ''}.`)
}

async function* formed<T, U>(items: AsyncIterable<T>, form: (item: T) => U): AsyncGenerator<U> {
  for await (const item of items) yield form(item)
}

function describeRefusals(refusals: readonly LoadRecord[]): string[] {
  const lines = refusals.map(({ ballot, answer }) => `  Ballot ${ballot.sourceBallotNumber ?? ''}: ${answer.type === 'VoteAccepted' ? '' : `${answer.type}: ${answer.message}`}${answer.type === 'InvalidBallot' ? ` ${answer.problems.join(' ')}` : ''}`)
  const hint = refusals.some(({ answer }) => answer.type === 'AlreadyVoted' || answer.type === 'IdempotencyConflict') ? ['These ballots were cast before with another --seed; use that one.'] : []
  return [...shorten(lines, 5), ...hint]
}

async function waitForCount(context: CommandContext, election: KnownElection, total: number, until: (news: ResultsNews) => boolean): Promise<void> {
  let seen = 0
  const progress = createProgress('counted', total, 'ballots')
  const news = await watchResults(context.manager, {
    electionId: election.id,
    patienceMs: PATIENCE_MS,
    until,
    onNews: ({ ballotsCast }) => {
      progress.add(ballotsCast - seen)
      seen = ballotsCast
    },
  }).finally(() => { progress.stop() })
  if (news === null) throw new CommandFailure(`The results are not complete: ${seen.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ballots are published, and for ${PATIENCE_MS / 60_000} minutes none was added. Are the workers running? The same command waits and compares again.`)
}

const command = new Command('npm run replay --')
  .description('Replays a certified precinct file as single ballots and compares what was counted with the file.')
  .addHelpText('after', '\nExample:\n  npm run replay -- --file precincts.csv.gz --election november --speed 60x\n  npm run replay -- --file precincts.csv.gz --election november-secret --secret --close\n\nBallots are open, since the numbers of the file are public already: choices are shown with every ballot, and the\nelection is closed and compared at the end. With --secret they are released in groups, as those of real ballots are.\n\nExit codes: 0 what was counted equals the file, 1 it does not, or the replay could not go on.')
  .requiredOption('--file <csv>', 'precinct file, plain or gzipped')
  .option('--election <slug>', 'slug of the election to create or continue')
  .option('--dry-run', 'only print as JSON what would be cast')
  .option('--format <name>', 'layout of the file', 'openelections')
  .option('--seed <n>', 'seed of the single ballots', '1')
  .option('--speed <speed>', 'max, or a factor of the clock such as 60x', 'max')
  .option('--secret', 'create the election with secret ballots')
  .option('--close', 'with --secret: close the election at the end and compare choices, too, not turnout alone')
  .option('--limit-units <n>', 'only the first n precincts of the file')
  .action((options: Options) => runCommand(() => run(options)))

await addReadingSwitches(command).parseAsync()
