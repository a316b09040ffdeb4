import { createMemoryEventLog, encodeQuarantined, ensureTopics, toQuarantined, TOPIC, type LogProducer, type LogRecord, type MemoryEventLog } from '@livetally/core/events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ageOf, printEntry, printPage, printable } from './print-entries.js'
import { createQuarantineReader } from './quarantine-reader.js'
import { replayRecord } from './replay-record.js'

let log: MemoryEventLog
let producer: LogProducer
beforeEach(async () => {
  log = createMemoryEventLog()
  await ensureTopics(log)
  producer = await log.producer()
})
afterEach(() => log[Symbol.asyncDispose]())

const rubbish = (value: Buffer | null, changes: Partial<LogRecord> = {}): LogRecord => ({ topic: TOPIC.ballotsIncoming, partition: 2, offset: '7', key: 'k', value, ...changes })
const setAside = (record: LogRecord, reason: string): Promise<void> =>
  producer.send([{ topic: TOPIC.quarantine, partition: 0, key: 'k', value: encodeQuarantined(toQuarantined(record, reason, 1_000)) }])

describe('the list of what is in quarantine', () => {
  test('begins with the newest and leads on to older ones, each exactly once', async () => {
    for (let at = 0; at < 1_234; at += 1) await setAside(rubbish(Buffer.from(`r${at}`)), 'odd')
    const reader = createQuarantineReader(log)
    const seen: string[] = []
    let before: bigint | undefined
    do {
      const page = await reader.list({ limit: 100, before })
      seen.push(...page.entries.map(({ entry }) => Buffer.from(entry.valueBase64, 'base64').toString()))
      before = page.before
    } while (before !== undefined)
    expect(seen).toEqual(Array.from({ length: 1_234 }, (_, at) => `r${1_233 - at}`))
  })

  test('can be narrowed to a topic and to a reason, over pages', async () => {
    for (let at = 0; at < 700; at += 1) await setAside(rubbish(Buffer.from(`r${at}`), at % 350 === 0 ? { topic: TOPIC.tallies } : {}), at % 2 === 0 ? 'Even' : 'uneven')
    const reader = createQuarantineReader(log)
    expect((await reader.list({ limit: 10, topic: TOPIC.tallies })).entries.map(({ number }) => number)).toEqual([350n, 0n])
    const page = await reader.list({ limit: 2, reason: 'UNEVEN' })
    expect(page.entries.map(({ number }) => number)).toEqual([699n, 697n])
    expect((await reader.list({ limit: 1, reason: 'uneven', before: page.before })).entries.map(({ number }) => number)).toEqual([695n])
  })

  test('says that there is nothing, and passes over what is no quarantined record', async () => {
    const reader = createQuarantineReader(log)
    expect(printPage(await reader.list({ limit: 5 }), 0, true)).toBe('Nothing is in quarantine that matches.')
    expect(printPage(await reader.list({ limit: 5 }), 0, false)).toBe('Nothing is in quarantine: every record could be understood.')
    await producer.send([{ topic: TOPIC.quarantine, partition: 0, key: 'k', value: 'rubbish about rubbish' }])
    await setAside(rubbish(Buffer.from('x')), 'odd')
    expect((await reader.list({ limit: 5 })).entries.map(({ number }) => number)).toEqual([1n])
    expect([await reader.find(0n), await reader.find(9n), (await reader.find(1n))?.entry.reason]).toEqual([undefined, undefined, 'odd'])
  })
})

describe('what is shown', () => {
  const entry = (bytes: Buffer) => ({ number: 3n, entry: toQuarantined(rubbish(bytes), 'a \u001B[31mred\u001B[0m reason', 1_000) })

  test('obeys nothing that a stranger has written', () => {
    expect(printable('a\u001B]0;title\u0007b\u202Ec\nd')).toBe('a\\u{1b}]0;title\\u{7}b\\u{202e}c\nd')
    const shown = printEntry(entry(Buffer.from('{"naïve":"\u001B[2J"}')), 61_000)
    expect(shown).toContain('{"naïve":"\\u{1b}[2J"}')
    expect(shown).toContain('(1 min ago)')
    expect(shown.includes('\u001B')).toBe(false)
    expect(printPage({ entries: [entry(Buffer.from('x'))], before: 3n }, 0, false)).toContain('list --before 3')
  })

  test('is hexadecimal where it is no text', () => {
    expect(printEntry(entry(Buffer.from([0, 255, 16])), 0)).toContain('000000  00 ff 10')
  })

  test.each([[0, '0 s'], [59_999, '59 s'], [3_600_000, '1 h'], [200_000_000, '2 d'], [-5, '0 s']])('an age of %i ms reads %s', (ms, text) => {
    expect(ageOf(1_000, 1_000 + ms)).toBe(text)
  })
})

describe('sending again', () => {
  const entryOf = (record: LogRecord) => toQuarantined(record, 'odd', 0)
  const newest = async (): Promise<LogRecord | undefined> => (await log.read({ topic: TOPIC.ballotsIncoming, partition: 2, from: 0n, limit: 100 })).at(-1)

  test('puts the bytes back where they were, under their key', async () => {
    const bytes = Buffer.from([0, 200, 10, 255])
    expect(await replayRecord(entryOf(rubbish(bytes)), { log, producer })).toEqual({ ok: true, bytes: 4 })
    expect(await newest()).toMatchObject({ key: 'k', value: bytes })
  })

  test('reads a large record where it came from, as long as it is there, and never another in its place', async () => {
    const large = Buffer.alloc(200_000, 'x')
    await producer.send([{ topic: TOPIC.ballotsIncoming, partition: 2, key: 'k', value: large }])
    const [origin] = await log.read({ topic: TOPIC.ballotsIncoming, partition: 2, from: 0n, limit: 1 })
    if (origin === undefined) throw new Error('it was not sent')
    expect(await replayRecord(entryOf(origin), { log, producer })).toEqual({ ok: true, bytes: 200_000 })
    expect((await newest())?.value).toEqual(large)
    expect(await replayRecord({ ...entryOf(origin), offset: '99' }, { log, producer })).toMatchObject({ ok: false })
    expect(await replayRecord(entryOf({ ...origin, value: Buffer.alloc(200_000, 'y') }), { log, producer })).toMatchObject({ ok: false })
  })

  test('says why it cannot be done', async () => {
    expect(await replayRecord(entryOf(rubbish(null)), { log, producer })).toEqual({ ok: false, reason: 'it has no value: there is nothing to send again' })
    expect(await replayRecord(entryOf(rubbish(Buffer.from('x'), { partition: 77 })), { log, producer })).toEqual({ ok: false, reason: 'topic ballots.incoming has no partition 77' })
  })
})
