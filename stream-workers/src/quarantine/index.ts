import { createKafkaEventLog, type EventLog } from '@livetally/core/events'
import { Command, InvalidArgumentError } from 'commander'
import { writeFile } from 'node:fs/promises'
import { findEventLog } from '../environment.js'
import { ageOf, printable, printEntry, printPage } from './print-entries.js'
import { createQuarantineReader, type QuarantineEntry, type QuarantineFilter } from './quarantine-reader.js'
import { originalBytes, replayRecord } from './replay-record.js'

const MOST_REPLAYED = 10_000

const number = (text: string): bigint => {
  if (!/^\d{1,18}$/.test(text)) throw new InvalidArgumentError('Give the number that "list" shows.')
  return BigInt(text)
}
const count = (text: string): number => {
  const parsed = Number(text)
  if (!Number.isInteger(parsed) || parsed < 1 || parsed > MOST_REPLAYED) throw new InvalidArgumentError(`Give a number from 1 to ${MOST_REPLAYED}.`)
  return parsed
}
const filtered = (command: Command): Command => command
  .option('--topic <topic>', 'only records from this topic, such as ballots.incoming')
  .option('--reason <text>', 'only records whose reason has this in it')

async function withLog(work: (log: EventLog) => Promise<void>): Promise<void> {
  await using log = createKafkaEventLog({ ...await findEventLog(), clientId: 'livetally-quarantine' })
  await work(log)
}

async function chosen(log: EventLog, numbers: readonly bigint[], filter: QuarantineFilter): Promise<QuarantineEntry[]> {
  const reader = createQuarantineReader(log)
  if (numbers.length === 0) return [...(await reader.list({ ...filter, limit: MOST_REPLAYED })).entries].toReversed()
  const found = await Promise.all(numbers.map(async (one) => {
    const entry = await reader.find(one)
    if (entry === undefined) throw new Error(`There is no quarantined record ${one}. "npm run quarantine -- list" shows those there are.`)
    return entry
  }))
  return found
}

const program = new Command('npm run quarantine --').description('Looks at records that could not be understood, and sends them again once the reason is mended.')
  .addHelpText('after', '\nExample:\n  npm run quarantine -- list --topic ballots.incoming\n  npm run quarantine -- show 118\n  npm run quarantine -- replay 118 119\n\nExit codes: 0 done, 1 a record is not there or was not sent, or Kafka cannot be reached.')

filtered(program.command('list').description('shows what is in quarantine, newest first'))
  .option('--limit <count>', 'how many', count, 20)
  .option('--before <number>', 'only those before this one', number)
  .option('--json', 'print one JSON document a line')
  .action(({ json, ...options }: QuarantineFilter & { limit: number, before?: bigint, json?: boolean }) => withLog(async (log) => {
    const page = await createQuarantineReader(log).list(options)
    if (json === true) for (const { number: at, entry } of page.entries) console.log(JSON.stringify({ number: String(at), ...entry }))
    else console.log(printPage(page, Date.now(), options.topic !== undefined || options.reason !== undefined || options.before !== undefined))
  }))

program.command('show').description('shows one record with the bytes it had').argument('<number>', 'as "list" shows it', number)
  .option('--out <file>', 'write the bytes, as they were, to this file')
  .action((at: bigint, { out }: { out?: string }) => withLog(async (log) => {
    const [found] = await chosen(log, [at], {})
    if (found === undefined) return
    console.log(printEntry(found, Date.now()))
    if (out === undefined) return
    const bytes = await originalBytes(found.entry, log)
    if (bytes === undefined) throw new Error(`Only a part of its ${found.entry.valueBytes} bytes is kept; nothing was written.`)
    await writeFile(out, bytes)
    console.log(`${bytes.length} bytes were written to ${out}.`)
  }))

filtered(program.command('replay').description('sends records to their topics again, byte for byte; whoever reads there knows repeats by what they say'))
  .argument('[numbers...]', 'as "list" shows them; without any: those that --topic or --reason choose')
  .action((texts: string[], filter: QuarantineFilter) => withLog(async (log) => {
    if (texts.length === 0 && filter.topic === undefined && filter.reason === undefined) throw new Error('Say which: their numbers, or --topic or --reason.')
    await using producer = await log.producer()
    let sent = 0
    const entries = await chosen(log, texts.map(number), filter)
    for (const { number: at, entry } of entries) {
      const outcome = await replayRecord(entry, { log, producer })
      const origin = printable(`${entry.topic}/${entry.partition}`)
      if (outcome.ok) sent += 1
      console.log(outcome.ok ? `${at}: ${outcome.bytes} bytes sent to ${origin} again (set aside ${ageOf(entry.at, Date.now())} ago as offset ${entry.offset}).` : `${at}: not sent: ${printable(outcome.reason)}.`)
    }
    console.log(`${sent} of ${entries.length} records were sent again. They stay in quarantine until it forgets them.`)
    if (sent < entries.length) process.exitCode = 1
  }))

try {
  await program.parseAsync()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
