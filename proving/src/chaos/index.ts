import 'reflect-metadata'
import { Command, InvalidArgumentError } from 'commander'
import { positive } from '../arguments.js'
import { runChaos } from './chaos.js'
import { FAULT_KINDS, type FaultKind } from './faults/fault-kinds.js'
import { printReport } from './print-report.js'

const whole = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Give a whole number.')
  return value
}
/** `90s`, `10m`. */
const duration = (text: string): number => {
  const found = /^(\d+(?:\.\d+)?)([sm])$/.exec(text)
  if (found === null) throw new InvalidArgumentError('Give a time such as 90s or 10m.')
  return Number(found[1]) * (found[2] === 'm' ? 60_000 : 1_000)
}

const kinds = (text: string): FaultKind[] => text.split(',').map((name) => {
  const kind = FAULT_KINDS.find((one) => one.toLowerCase() === name.trim().toLowerCase())
  if (kind === undefined) throw new InvalidArgumentError(`Give one or more of: ${FAULT_KINDS.join(', ')}.`)
  return kind
})

interface Options { recovery?: boolean, only?: FaultKind[], minutes: number, rate: number, seed: number, kafkaAway?: number, onDisk?: boolean, keep?: boolean }

const { recovery, only, minutes, rate, seed, kafkaAway, onDisk, keep } = new Command('npm run chaos --')
  .description('Breaks a running system of its own in every way at hand while people vote and watch, and checks that no vote was lost, doubled or invented.')
  .addHelpText('after', '\nExample:\n  npm run chaos -- --minutes 10 --rate 1000 --seed 7\n\nExit codes: 0 nothing was found, 1 something was, or it was stopped before the end.')
  .option('--minutes <n>', 'how long people vote', positive, 1)
  .option('--rate <n>', 'ballots a second', positive, 300)
  .option('--seed <n>', 'which faults, and when', whole, 1)
  .option('--only <kinds>', `only faults of these kinds, such as "API killed,worker killed"`, kinds)
  .option('--recovery', 'only faults that a recovery time is promised for, one by one, with relay, tabulator and publisher in processes of their own')
  .option('--kafka-away <time>', 'instead of many faults one: Kafka stopped for so long (10m), between two halves of the minutes', duration)
  .option('--on-disk', 'keep the ledger on this machine\'s disk (then it cannot be made full)')
  .option('--keep', 'keep the history and the logs of all processes, and say where (done by itself if anything is found)')
  .parse().opts<Options>()

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)))

try {
  const report = await runChaos({
    lengthMs: minutes * 60_000, rate, seed, signal: stopping.signal,
    ...(kafkaAway === undefined ? {} : { kafkaAwayMs: kafkaAway }), ...(only === undefined ? {} : { only }), ...(onDisk === undefined ? {} : { onDisk }), ...(keep === undefined ? {} : { keep }), ...(recovery === undefined ? {} : { isForRecovery: recovery }),
    tell: (line) => console.error(`· ${line}`),
  })
  console.log(printReport(report))
  process.exitCode = report.isSound ? 0 : 1
} catch (error) {
  console.error(stopping.signal.aborted ? 'Stopped before the end: nothing was proved.' : error)
  process.exitCode = 1
}
