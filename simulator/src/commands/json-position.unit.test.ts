import { assert, json, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonFault } from './json-position.js'

describe('finding where a file stops being JSON', () => {
  it.each([
    ['{\n  "slug": "otter",\n  "name" "Otter"\n}', 3, 10, 'a colon'],
    ['{\n  "slug": "otter"\n  "name": "Otter"\n}', 3, 3, 'a comma or }'],
    ['{ "slug": otter }', 1, 11, 'a value'],
    ['{ slug: 1 }', 1, 3, 'a name in double quotes'],
    ['[1, 2', 1, 6, 'a comma or ]'],
    ['[1] 2', 1, 5, 'the end of the file'],
    ['', 1, 1, 'a value'],
    ['{"a": "b\n"}', 1, 7, 'a text that ends with a double quote on the same line'],
  ])('names line and column of %j', (text, line, column, expected) => {
    expect(findJsonFault(text)).toEqual({ line, column, expected })
  })

  it('sees none in JSON', () => {
    assert(property(json(), (text) => { expect(findJsonFault(text)).toBeNull() }))
  })
})
