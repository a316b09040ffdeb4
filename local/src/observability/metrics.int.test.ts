import { createKafkaEventLog, TOPIC } from '@livetally/core/events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openElection, type ElectionUnderTest } from '../faults/election-under-test.js'
import { projectRoot } from '../project-root.js'
import { createTestNetwork, eventually, type TestNetwork } from '../test-network/index.js'
import { parsePrometheusText, type MetricFamily } from './prometheus-text.js'

let network: TestNetwork
let under: ElectionUnderTest
beforeAll(async () => {
  network = await createTestNetwork({ suite: 'metrics', workers: [{ ROLES: 'relay' }, { ROLES: 'tabulator,publisher,ingest' }] })
  under = await openElection(network, 'measured')
}, 120_000)
afterAll(async () => {
  await under?.[Symbol.asyncDispose]()
  await network?.[Symbol.asyncDispose]()
})

const API = 'api'
const RELAY = 0
const COUNTING = 1
type Process = typeof API | typeof RELAY | typeof COUNTING

async function scrape(process: Process): Promise<MetricFamily[]> {
  const { metricsUrl } = (process === API ? network.apis[0] : network.workers[process]) ?? { metricsUrl: '' }
  const response = await fetch(`${metricsUrl}/metrics`)
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  return parsePrometheusText(await response.text())
}

/** A metric's value: all series with these labels added up. */
async function value(process: Process, name: string, labels: Record<string, string> = {}): Promise<number> {
  const samples = (await scrape(process)).flatMap((family) => family.samples).filter((sample) => sample.name === name)
  return samples.filter((sample) => Object.entries(labels).every(([label, wanted]) => sample.labels[label] === wanted)).reduce((sum, sample) => sum + sample.value, 0)
}
const reaches = (process: Process, name: string, isReached: (value: number) => boolean, labels: Record<string, string> = {}): Promise<unknown> =>
  eventually(async () => isReached(await value(process, name, labels)), { limitMs: 60_000, everyMs: 50, what: `${name} ${JSON.stringify(labels)}` })
const vote = async (from: number, to: number, pace: { rate: number, batch?: number } = { rate: 200 }): Promise<void> => {
  const { accepted } = await under.load({ ballots: under.ballots(to).slice(from), ...pace }).run()
  expect(accepted).toBe(to - from)
}

describe('what every process tells Prometheus', () => {
  test('says of each metric what it is, what it means if it lasts, and what to do; the operator\'s guide lists them all', async () => {
    const ours = (await Promise.all([API, RELAY, COUNTING].map((process) => scrape(process as Process)))).flat().filter(({ name }) => name.startsWith('livetally_'))
    expect(ours.length).toBeGreaterThan(40)
    const [, guide = ''] = /\n## What to watch\n(.*?)\n## /s.exec(await readFile(join(projectRoot, 'docs/operations.md'), 'utf8')) ?? []
    for (const { name, type, help } of ours) {
      expect(help, name).toMatch(/^[A-Z].{15,}\. .{20,}\.$/)
      expect(name.endsWith('_total'), name).toBe(type === 'counter')
      expect(guide, `${name} in docs/operations.md`).toContain(`\`${name}\``)
    }
    const documented = [...guide.matchAll(/`(livetally_[a-z_]+)`/g)].map(([, name]) => name)
    const known = new Set(ours.map(({ name }) => name))
    expect(documented.filter((name) => !known.has(name ?? '')), 'nothing is documented that there is not').toEqual([])
  })

  test('moves with the votes, from acceptance to published results', async () => {
    await vote(0, 120)
    expect(await value(API, 'livetally_cast_verdicts_total', { verdict: 'ACCEPTED' })).toBe(120)
    await reaches(API, 'livetally_entries', (entries) => entries === 120, { state: 'published' })
    await reaches(API, 'livetally_unpublished_entries', (entries) => entries === 0)
    expect(await value(API, 'livetally_up', { part: 'postgres' })).toBe(1)
    expect(await value(RELAY, 'livetally_relay_entries_total')).toBe(120)
    expect(await value(RELAY, 'livetally_relay_position')).toBe(120)
    await reaches(RELAY, 'livetally_relay_behind_entries', (entries) => entries === 0)
    expect(await value(COUNTING, 'livetally_tabulator_position')).toBe(120)
    expect(await value(COUNTING, 'livetally_tabulator_flush_seconds_count')).toBeGreaterThan(0)
    expect(await value(COUNTING, 'livetally_publisher_revision')).toBeGreaterThan(0)
    expect(await value(COUNTING, 'livetally_publisher_epoch')).toBe(1)
    expect(await value(COUNTING, 'livetally_publisher_eligible_voters')).toBeGreaterThanOrEqual(0)
    await reaches(COUNTING, 'livetally_publisher_behind_entries', (entries) => entries === 0)
  })

  test('counts what strangers write that nobody can read', async () => {
    await using log = createKafkaEventLog({ brokers: network.kafkaBrokers, topicPrefix: network.topicPrefix, clientId: 'stranger' })
    await using producer = await log.producer()
    await producer.send([{ topic: TOPIC.ballotsIncoming, partition: 0, key: 'k', value: 'hello' }])
    await reaches(COUNTING, 'livetally_ingest_verdicts_total', (verdicts) => verdicts === 1, { verdict: 'QUARANTINED' })
    expect(await value(COUNTING, 'livetally_quarantined_records_total', { topic: TOPIC.ballotsIncoming })).toBe(1)
  })

  test('shows that counting falls behind when the relay is killed, and catches up from the ledger', async () => {
    await network.workers[RELAY]?.kill('SIGKILL')
    // Slowly, and watched meanwhile: every few seconds the ledger is read, and then nothing is behind any more.
    await Promise.all([vote(120, 220, { rate: 20, batch: 5 }), reaches(COUNTING, 'livetally_tabulator_behind_entries', (entries) => entries > 0)])
    await reaches(API, 'livetally_entries', (entries) => entries === 220, { state: 'published' })
    await reaches(COUNTING, 'livetally_tabulator_behind_entries', (entries) => entries === 0)
    expect(await value(COUNTING, 'livetally_tabulator_filled_entries_total')).toBeGreaterThanOrEqual(100)
    await network.workers[RELAY]?.start()
    await reaches(RELAY, 'livetally_relay_takeovers_total', (boxes) => boxes > 0)
    await vote(220, 240)
    await reaches(API, 'livetally_entries', (entries) => entries === 240, { state: 'published' })
  })

  test('shows how far an election is that is counted anew', async () => {
    const boxes = await value(COUNTING, 'livetally_tabulator_boxes')
    expect((await network.run('rebuild', ['--election', under.election.slug])).code).toBe(0)
    expect(await value(COUNTING, 'livetally_tabulator_rebuilt_boxes_total', { reason: 'ASKED_FOR' })).toBe(boxes)
    expect(await value(COUNTING, 'livetally_tabulator_rebuild_entries_left')).toBe(0)
  })
})
