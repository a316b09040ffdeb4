import { expect, test } from 'vitest'
import { parsePrometheusText } from './prometheus-text.js'

const head = '# HELP cake_total Cakes eaten.\n# TYPE cake_total counter\n'

test('a metric is read with its labels and numbers', () => {
  expect(parsePrometheusText(`${head}cake_total{kind="plum \\"tart\\"",box="3"} 7\ncake_total 1e3\n`)).toEqual([
    { name: 'cake_total', type: 'counter', help: 'Cakes eaten.', samples: [
      { name: 'cake_total', labels: { kind: 'plum "tart"', box: '3' }, value: 7 },
      { name: 'cake_total', labels: {}, value: 1_000 },
    ] },
  ])
})

test.each([
  ['a sample without a metric', 'cake_total 1\n'],
  ['a sample of another metric', `${head}pie_total 1\n`],
  ['a metric that comes twice', `${head}cake_total 1\n${head}cake_total 2\n`],
  ['a series that comes twice', `${head}cake_total{a="1",b="2"} 1\ncake_total{b="2",a="1"} 1\n`],
  ['a type that there is not', '# HELP cake_total Cakes.\n# TYPE cake_total amount\n'],
  ['a number that is none', `${head}cake_total seven\n`],
  ['labels that are none', `${head}cake_total{kind=plum} 1\n`],
  ['a last line that does not end', `${head}cake_total 1`],
])('%s is refused', (_what, text) => {
  expect(() => parsePrometheusText(text)).toThrow(/does not belong|comes twice|no such type|no sample|no labels|does not end/)
})
