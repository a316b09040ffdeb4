import { createProgress } from '@livetally/simulator'
import { Command, InvalidArgumentError } from 'commander'
import { wholeNumber } from '../arguments.js'
import { availableParallelism } from 'node:os'
import { DRILLS, parseDrill, type DrillName } from './drills.js'
import { GUARDS, parseGuard, type Guard } from './guards.js'
import { runSeeds } from './run-seeds.js'
import { simulate, type Outcome, type SimulationOptions } from './simulate.js'

interface Arguments { seeds: number, first: number, seed?: number, without: Guard[], drill?: DrillName, threads: number }

const SHOWN_FAILURES = 5
/** What goes on all the time and mostly finds nothing: left out where a schedule is shown unasked. */
const ROUTINE = /  (open heads|make leases|leases|beat|lagging boxes|elections due|elections with imported time|election versions|(tick idle boxes|eligible voters|positions|floors|latest revision|newest revision) of \d+|send \d+ to results\..*|(LOST|LATE|EARLY|REPEATED) results\..*)$/

const program = new Command('npm run simulate-faults --')
  .description('Runs the production code of batcher, relay, tabulator, publisher, results feed and ingest through random schedules of faults, and compares what comes out with a count by hand.')
  .addHelpText('after', '\nExample:\n  npm run simulate-faults -- --seeds 20000\n  npm run simulate-faults -- --seed 4711\n\nExit codes: 0 no bad outcome, 1 at least one.')
  .option('--seeds <n>', 'how many schedules', wholeNumber, 2_000)
  .option('--first <seed>', 'the first seed', wholeNumber, 1)
  .option('--seed <seed>', 'this one alone, with its schedule', wholeNumber)
  .option('--without <guard>', `switches a guard off; may be repeated. One of: ${GUARDS.join(', ')}`, (name: string, others: Guard[]) => [...others, parse(parseGuard, name)], [])
  .option('--drill <name>', `makes one kind of fault frequent. One of: ${Object.keys(DRILLS).join(', ')}`, (name: string) => parse(parseDrill, name))
  .option('--threads <n>', 'threads', wholeNumber, availableParallelism())

const options = program.parse().opts<Arguments>()
process.exitCode = options.seed === undefined ? await runMany(options) : await runOne(options.seed, options)

async function runOne(seed: number, { without, drill }: Arguments): Promise<number> {
  const outcome = await simulate({ seed, without, drill, keepLines: true })
  console.log(outcome.lines.join('\n'))
  console.log(`\nseed ${seed}: ${outcome.ballots} ballots, ${outcome.revisions} revisions, ${outcome.steps} steps in ${outcome.seconds.toFixed(1)} simulated seconds, digest ${outcome.digest}`)
  console.log(outcome.problems.length === 0 ? 'All is well.' : outcome.problems.map((problem) => `✖ ${problem}`).join('\n'))
  return outcome.problems.length === 0 ? 0 : 1
}

async function runMany({ seeds, first, without, drill, threads }: Arguments): Promise<number> {
  const progress = createProgress('Simulating faults', seeds, 'schedules')
  const failed: Outcome[] = []
  const total = { steps: 0, ballots: 0, revisions: 0 }
  const began = performance.now()
  let run = 0
  let isInterrupted = false
  const interrupt = (): void => { isInterrupted = true }
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  await runSeeds({ first, count: seeds, threads, without, drill, isEnough: () => isInterrupted, onOutcome(outcome) {
    progress.add(1)
    run += 1
    total.steps += outcome.steps
    total.ballots += outcome.ballots
    total.revisions += outcome.revisions
    if (outcome.problems.length > 0) failed.push(outcome)
  } })
  progress.stop()
  if (failed[0] !== undefined) await showSchedule({ seed: failed[0].seed, without, drill })
  for (const { seed, problems } of failed.slice(0, SHOWN_FAILURES)) console.log(`✖ seed ${seed}: ${problems.slice(0, 4).join('; ')}\n  alone: npm run simulate-faults -- --seed ${seed}${without.map((guard) => ` --without "${guard}"`).join('')}${drill === undefined ? '' : ` --drill "${drill}"`}`)
  const number = (count: number): string => count.toLocaleString('en-US')
  if (isInterrupted) console.log(`Stopped after ${number(run)} of ${number(seeds)} schedules.`)
  console.log(`${number(run)} schedules from seed ${first}, ${number(total.steps)} steps, ${number(total.ballots)} ballots, ${number(total.revisions)} revisions, ${((performance.now() - began) / 1_000).toFixed(0)} s: ${failed.length === 0 ? 'no bad outcome.' : `${number(failed.length)} bad outcomes.`}`)
  if (failed.length > 0) console.log(`Bad seeds: ${failed.map(({ seed }) => seed).toSorted((one, other) => one - other).slice(0, 50).join(' ')}`)
  return failed.length === 0 ? 0 : 1
}

async function showSchedule(options: SimulationOptions): Promise<void> {
  const { lines } = await simulate({ ...options, keepLines: true })
  console.log(`\n${lines.filter((line) => !ROUTINE.test(line)).join('\n')}\n`)
}

function parse<Name>(read: (name: string) => Name, name: string): Name {
  try {
    return read(name)
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}
