import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { describeDefinitionKeys } from './definition-keys.js'
import { putKeys } from './guide-keys.js'

const guide = readFileSync(new URL('../../../docs/guide/election-definition.md', import.meta.url), 'utf8')
const keys = describeDefinitionKeys()

describe('the keys of an election definition', () => {
  test('stand in the guide as the schema has them (else: npm run generate)', () => {
    expect(putKeys(guide, keys)).toBe(guide)
  })

  test.each([
    ['a text with a rule in words', '- `slug`: a text, required; 1 to 63 small letters, digits and hyphens. '],
    [
      'a number with its least, its greatest and its default',
      '- `releaseSize`: a whole number, default `10`; 5 to 100. ',
    ],
    [
      'a number with a rule beyond its limits',
      '- `granularityMs`: a whole number, default `1000`; 1 to 10,000; must divide 10,000: a pane of 10 s is a whole number\n  of granules. ',
    ],
    ['a list with its length', '- `options`: a list of objects, required; 1 to 1,000 items. '],
    ['a word of a short list', '- `ballotSecrecy`: `SECRET` or `OPEN`, default `SECRET`. '],
    ['a word of a long list', '- `kind`: one of the [kinds of units](#lists-of-words), required. '],
  ])('say of %s what it may be', (_, line) => {
    expect(keys).toContain(line)
  })

  test('fit into 120 columns', () => {
    expect(keys.split('\n').filter((line) => line.length > 120)).toEqual([])
  })
})

test('a guide that does not say where its keys go is refused', () => {
  expect(() => putKeys('# A guide\n', keys)).toThrow('must mark once where its keys begin and end')
})
