import { Command } from 'commander'
import { demoElection, DEMO_SLUG } from '../demo/demo-election.js'
import { forgetDemoCodes, writeDemoCodes } from '../demo/demo-codes.js'
import { castHeadStart, HEAD_START } from '../demo/head-start.js'
import { registerElectorate } from '../demo/register-electorate.js'
import { createElectorate, type Electorate } from '../electorate/electorate.js'
import { createWholeRoll, type WholeRoll } from '../roll/whole-roll.js'
import { createSimulation, type Simulation } from '../simulation/simulation.js'
import { createStateFile, type StateFile } from '../simulation/state-file.js'
import { progressLine, summaryLines } from '../simulation/summary.js'
import { publishedBallots, waitForCount } from '../simulation/wait-for-count.js'
import { doubtAbout, slugOfSimulation } from '../simulation/whose-election.js'
import { bringToOpen, createElection, findElection, type KnownElection } from '../system/elections.js'
import { readDefinedShape } from '../system/read-shape.js'
import { CommandFailure, openContext, runCommand, say, wholeNumber, type CommandContext } from './command-line.js'

interface Options { voters?: string, rate?: string, seed: string, election?: string, demo?: boolean, yes?: boolean }

/** Choices of secret ballots move in groups of ten: four groups a second are complete, whatever the number of places. */
const DEMO_RATE = 40
const REGISTERED_PER_SECOND = 1_000
const TURNOUT_AT_LEAST = 0.55
const LONGEST_STOP_MS = 1_200

/** `npm run simulate`: a synthetic electorate votes through the public API. */
async function run(options: Options): Promise<number> {
  const isDemo = options.demo === true
  const voters = options.voters === undefined ? isDemo ? undefined : 25_000 : wholeNumber('--voters', 1)(options.voters)
  const rate = options.rate === undefined ? isDemo ? DEMO_RATE : 200 : wholeNumber('--rate', 1)(options.rate)
  const doubt = options.yes === true ? undefined : doubtAbout(options.election)
  if (doubt !== undefined) throw new CommandFailure(doubt)
  await using context = await openContext()
  const { election, isNew } = await openElection(context, options, voters)
  const shape = await readDefinedShape(context.manager, election.id)
  if (isDemo && isNew) await forgetDemoCodes(context.environment.home)
  const electorate = createElectorate({ shape, seed: options.seed, ...(voters === undefined ? {} : { voters }) })
  if (voters !== undefined && electorate.size < voters) say(`Only ${electorate.size.toLocaleString('en-US')} people go to vote in this election; so many are simulated.`)
  const state = createStateFile(context.environment.home, isDemo ? 'demo' : `simulations/${election.slug}-${options.seed}`, election)
  const known = await publishedBallots(context.manager, election.id) === 0 ? 0 : Math.min(await state.read(), electorate.size)
  const from = isDemo ? await goAhead(context, election, electorate, state, known) : known
  // Only now: whoever waits for the codes is to find an election that moves.
  if (isDemo) say(`Voting codes to try: ${await writeDemoCodes(context.manager, shape, context.environment.home, isNew)}`)
  const before = await publishedBallots(context.manager, election.id)
  const simulation = createSimulation({ manager: context.manager, ingest: context.ingest, electionId: election.id, electorate, rate, from })
  say(`${election.name}: ${(electorate.size - from).toLocaleString('en-US')} voters, ${rate} a second, seed ${options.seed}${from > 0 ? `, going on after ${from.toLocaleString('en-US')}` : ''}.`)
  using registering = isDemo ? registerBeside(context, election, createWholeRoll(shape, electorate, options.seed)) : undefined
  if (await vote(simulation, state, { from, size: electorate.size }) === 'STOPPED') return 0
  await registering?.done
  const { accepted } = simulation.tally
  const published = await waitForCount(context.manager, election.id, before + accepted)
  const { lines, isRight } = summaryLines(simulation.tally, published, before)
  process.stdout.write(`${lines.join('\n')}\n`)
  return isRight ? 0 : 1
}

/** The demo is not shown from nothing: its first voters have voted. Gives the number of the next voter; nobody is cast for again after a restart. */
async function goAhead({ manager, ingest }: CommandContext, election: KnownElection, electorate: Electorate, state: StateFile, from: number): Promise<number> {
  const to = Math.min(HEAD_START, electorate.size)
  if (from >= to) return from
  const before = await publishedBallots(manager, election.id)
  const { accepted, repeated, refused, seconds } = await castHeadStart({ manager, ingest }, election.id, electorate, { from, to })
  if (accepted + repeated < to - from) say(`Not every ballot was accepted: ${JSON.stringify(refused)}`)
  const published = await waitForCount(manager, election.id, before + accepted)
  say(`${(accepted + repeated).toLocaleString('en-US')} ballots were cast in ${seconds.toFixed(1)} s; ${published.toLocaleString('en-US')} are counted.`)
  await state.write(to)
  return to
}

/** The whole electorate goes on the roll while its first voters vote: as soon as it is complete, groups of voters have a turnout. */
function registerBeside({ environment, manager }: CommandContext, election: KnownElection, roll: WholeRoll): Disposable & { done: Promise<void> } {
  const ending = new AbortController()
  const state = createStateFile(environment.home, 'demo-roll', election)
  const done = registerElectorate(manager, election.id, roll, { state, perSecond: REGISTERED_PER_SECOND, signal: ending.signal })
    .catch((error: unknown) => { say(`The electorate could not be registered as a whole, so groups of voters have no turnout: ${error instanceof Error ? error.message : String(error)}`) })
  return { done, [Symbol.dispose]: () => { ending.abort() } }
}

async function openElection(context: CommandContext, options: Options, voters: number | undefined): Promise<{ election: KnownElection, isNew: boolean }> {
  const slug = options.election ?? (options.demo === true ? DEMO_SLUG : slugOfSimulation(options.seed))
  const known = await findElection(context.manager, slug)
  if (known === null && options.election !== undefined) throw new CommandFailure(`There is no election "${slug}".`)
  const created = known ?? await create(context, slug, options, voters)
  const opened = await bringToOpen(context.manager, created)
  if (!opened.ok) throw new CommandFailure(`Election "${slug}" cannot be opened: ${opened.message}`)
  if (opened.election.phase !== 'OPEN') throw new CommandFailure(`Election "${slug}" is ${opened.election.phase.toLowerCase()}: nobody can vote in it.`)
  return { election: opened.election, isNew: known === null }
}

/** The demo has its own size; a simulation gets an electorate of which the wanted number turns out. */
async function create(context: CommandContext, slug: string, options: Options, voters: number | undefined): Promise<KnownElection> {
  const isDemo = options.demo === true
  const definition = isDemo
    ? demoElection()
    : demoElection({ slug, name: `State of Evergreen, simulation with seed ${options.seed}`, eligibleVoters: Math.max(400, Math.ceil((voters ?? 0) / TURNOUT_AT_LEAST)) })
  const created = await createElection(context.manager, definition)
  if (created.ok) return created.election
  // Another process may have created it in the same moment, or the answer to our own request was lost.
  const known = await findElection(context.manager, slug)
  if (known === null) throw new CommandFailure('The system does not accept the election:', ...created.problems.map(({ path, message }) => `  ${path}: ${message}`))
  return known
}

/** Votes until all have voted or a signal comes; the state file lags behind what is on the way, so that nobody is left out. */
async function vote(simulation: Simulation, state: StateFile, { from, size }: { from: number, size: number }): Promise<'ALL_VOTED' | 'STOPPED'> {
  const startedAt = performance.now()
  const line = () => progressLine(simulation.tally, simulation.next - from, size - from, (performance.now() - startedAt) / 1_000)
  let isSignalled = false
  const stop = () => {
    isSignalled = true
    simulation.stop()
    // What is on the way may wait for a system that is gone: its votes are repeated under their keys next time.
    setTimeout(() => process.exit(0), LONGEST_STOP_MS).unref()
  }
  process.once('SIGTERM', stop).once('SIGINT', stop)
  let ticks = 0
  let lagging = from
  const timer = setInterval(() => {
    ticks += 1
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line()}`)
    else if (ticks % 10 === 0) say(line())
    if (ticks % 5 === 0) {
      state.write(lagging).catch(() => undefined)
      lagging = simulation.next
    }
  }, 1_000)
  try {
    await simulation.run()
    await state.write(simulation.next).catch(() => undefined)
    return isSignalled ? 'STOPPED' : 'ALL_VOTED'
  } finally {
    clearInterval(timer)
    process.off('SIGTERM', stop).off('SIGINT', stop)
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    say(line())
  }
}

const command = new Command('npm run simulate --')
  .description('Lets a synthetic electorate vote through the public API.')
  .addHelpText('after', '\nExample:\n  npm run simulate -- --voters 25000 --rate 200 --seed 42\n\nExit codes: 0 all have voted or it was stopped, 1 it could not go on.')
  .option('--voters <n>', 'how many vote (default 25,000; with --demo, everybody who turns out)')
  .option('--rate <n>', `voters a second (default 200; with --demo ${DEMO_RATE})`)
  .option('--seed <n>', 'seed of the electorate', '42')
  .option('--election <slug>', 'vote in this election instead of one made for the simulation')
  .option('--yes', 'let invented people vote in an election that this command has not made')
  .option('--demo', 'create or continue the demo election')
  .action((options: Options) => runCommand(() => run(options)))

await command.parseAsync()
