import { expect, test } from 'vitest'
import { Registry } from 'prom-client'
import { createReadGauge, ofNewestElections } from './read-gauge.js'

test('of thousands of elections only the newest have series of their own', () => {
  const boxes = Array.from({ length: 3_000 }, (_, at) => ({ election: 3_000 - at, box: 0 }))
  const shown = ofNewestElections(boxes)
  expect(shown.map(({ election }) => election)).toEqual(Array.from({ length: 20 }, (_, at) => 3_000 - at))
  expect(ofNewestElections(Array.from({ length: 100_000 }, (_, at) => ({ election: at % 30, box: at })))).toHaveLength(500)
})

test('a box that has gone to another worker is not shown any more', async () => {
  const registry = new Registry()
  let boxes = [1, 2]
  createReadGauge({ name: 'g', help: 'h', labelNames: ['box'], registry }).from(() => boxes.map((box) => ({ labels: { box }, value: box * 10 })))
  expect(await registry.metrics()).toContain('g{box="1"} 10\ng{box="2"} 20')
  boxes = [2]
  expect(await registry.metrics()).not.toContain('box="1"')
})
