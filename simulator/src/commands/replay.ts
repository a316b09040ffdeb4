import { Command } from 'commander'
import { createLoad, type LoadRecord } from '../load/load.js'
import { compareContest, comparisonTable, type ContestComparison } from '../replay/compare.js'
import { decomposeBallots, type ReplayBallots } from '../replay/decompose-ballots.js'
import { deriveElection, type DerivedElection } from '../replay/derive-election.js'
import { findOrCreate } from '../replay/find-or-create.js'
import { createIngestForm } from '../replay/ingest.js'
import { atSpeed, readSpeed, type Speed } from '../replay/play-speed.js'
import { readPrecinctFile } from '../replay/precinct-file.js'
import { readCounted } from '../replay/read-counted.js'
import { changePhase, type KnownElection } from '../system/elections.js'
import { readEnvironment } from '../system/environment.js'
import { watchResults } from '../system/results-watch.js'
import { CommandFailure, openContext, runCommand, say, shorten, wholeNumber, type CommandContext } from './command-line.js'
import { createProgress } from './progress.js'
import { readBytes } from './read-definition.js'

interface Options { file: string, format: string, election: string, seed: string, speed: string, limitUnits?: string }

const PATIENCE_MS = 300_000

/** `npm run replay`: casts a certified precinct file as single ballots, closes the election and compares. */
async function run(options: Options): Promise<number> {
  const speed = readSpeed(options.speed)
  if (speed === null) throw new CommandFailure(`--speed must be max or a factor such as 60x, not "${options.speed}".`)
  if (options.format !== 'openelections') throw new CommandFailure(`--format must be openelections, not "${options.format}".`)
  const environment = readEnvironment()
  const derived = derive(await readBytes(environment.workingFolder, options.file), options)
  await using context = await openContext(environment)
  const found = await findOrCreate(context.manager, derived)
  if (!found.ok) throw new CommandFailure(...found.sentences)
  const { election } = found
  say(`Election "${election.slug}" (${election.id}) ${found.isContinued ? `goes on, ${election.phase.toLowerCase()}` : 'was created and opened'}.`)
  const ballots = decomposeBallots(derived, options.seed)
  if (election.phase === 'OPEN') {
    await cast(context, election, ballots, speed, options.seed)
    const closed = await changePhase(context.manager, 'closeElection', election.id)
    if (!closed.ok && closed.phase !== 'CLOSED') throw new CommandFailure(`The election cannot be closed: ${closed.message}`)
  }
  const counted = await waitForCount(context, election, ballots.count)
  return await compare(context, election, derived, { cast: ballots.count, counted })
}

function derive(bytes: Buffer, options: Options): DerivedElection {
  const check = readPrecinctFile(bytes)
  if (!check.ok) throw new CommandFailure(`${options.file} cannot be replayed:`, ...shorten(check.problems.map((problem) => `  ${problem}`)))
  const limitUnits = options.limitUnits === undefined ? {} : { limitUnits: wholeNumber('--limit-units', 1)(options.limitUnits) }
  const derived = deriveElection(check.file, { slug: options.election, now: Date.now(), ...limitUnits })
  say(`${options.file}: ${check.file.rows.length.toLocaleString('en-US')} rows, ${derived.precincts.length.toLocaleString('en-US')} precincts, ${derived.contests.length} contests.`)
  for (const { title, votesAllowed } of derived.contests) if (votesAllowed > 1) say(`${title}: the numbers need up to ${votesAllowed} marks per voter.`)
  return derived
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

async function waitForCount(context: CommandContext, election: KnownElection, total: number): Promise<number> {
  say('Closed. Waiting until every sealed box is counted and published …')
  let seen = 0
  const progress = createProgress('counted', total, 'ballots')
  const news = await watchResults(context.manager, {
    electionId: election.id,
    patienceMs: PATIENCE_MS,
    until: ({ status }) => status !== 'PRE_ELECTION' && status !== 'UNOFFICIAL_PARTIAL',
    onNews: ({ ballotsCast }) => {
      progress.add(ballotsCast - seen)
      seen = ballotsCast
    },
  }).finally(() => { progress.stop() })
  if (news === null) throw new CommandFailure(`The results are not complete: ${seen.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ballots are published, and for ${PATIENCE_MS / 60_000} minutes none was added. Are the workers running? The same command waits and compares again.`)
  return news.ballotsCast
}

async function compare(context: CommandContext, election: KnownElection, derived: DerivedElection, ballots: { cast: number, counted: number }): Promise<number> {
  const lines: ContestComparison[] = []
  for (const contest of derived.contests) lines.push(compareContest(contest, derived.channels, await readCounted(context.manager, election.id, `${election.id}/c/${contest.id}`)))
  process.stdout.write(`${comparisonTable(lines, ballots)}\n`)
  const differences = lines.flatMap((line) => line.differences)
  const isEqual = differences.length === 0 && ballots.cast === ballots.counted
  shorten(differences).forEach(say)
  say(isEqual ? 'What was counted equals the file.' : 'What was counted does NOT equal the file.')
  return isEqual ? 0 : 1
}

const command = new Command('npm run replay --')
  .description('Replays a certified precinct file as single ballots and compares what was counted with the file.')
  .addHelpText('after', '\nExample:\n  npm run replay -- --file precincts.csv.gz --election november --speed 60x\n\nExit codes: 0 what was counted equals the file, 1 it does not, or the replay could not go on.')
  .requiredOption('--file <csv>', 'precinct file, plain or gzipped')
  .requiredOption('--election <slug>', 'slug of the election to create or continue')
  .option('--format <name>', 'layout of the file', 'openelections')
  .option('--seed <n>', 'seed of the single ballots', '1')
  .option('--speed <speed>', 'max, or a factor of the clock such as 60x', 'max')
  .option('--limit-units <n>', 'only the first n precincts of the file')
  .action((options: Options) => runCommand(() => run(options)))

await command.parseAsync()
