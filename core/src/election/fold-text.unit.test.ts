import { expect, test } from 'vitest'
import { foldText, searchWords } from './fold-text.js'

test.each([
  ['Stra\u00DFe', 'STRASSE'], ['STRA\u1E9EE', 'strasse'], ['Caf\u00E9', 'cafe\u0301'], ['\u00C5ngstr\u00F6m', 'angstrom'],
  ['\u0631\u0636\u0627\u06CC\u06CC\u200C\u0646\u0698\u0627\u062F', '\u0631\u0636\u0627\u06CC\u06CC\u0646\u0698\u0627\u062F'], ["O'Neill", 'O\u2019Neill'], ['O\u2018Neill', 'oneill'], ['O\u02BCNeill', 'O`Neill'], ['O\u00B4Neill', 'O\uFF07Neill'], ['O\u2032Neill', "o'neill"],
])('%s is found by %s', (name, search) => {
  expect(foldText(name)).toBe(foldText(search))
})

test('a search is its words, wherever they stand', () => {
  expect(searchWords("  St.  John\u2019s ")).toEqual(['st.', 'johns'])
  expect(searchWords("'")).toEqual([])
})
