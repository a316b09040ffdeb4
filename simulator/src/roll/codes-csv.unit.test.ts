import { expect, test } from 'vitest'
import { codesCsv, codesRows, wholeRows } from './codes-csv.js'

test.each(['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1'])('a name that begins like %j is text to a spreadsheet', (name) => {
  const csv = codesCsv([{ voterId: name, reportingUnitId: 'e1/u/n1', name }], [{ voterId: name, votingCode: '7KQ2-M4XD-9TRB' }])
  const cells = csv.split('\n').slice(1).join('\n')
  expect(cells).toMatch(/^"?'/)
  expect(cells).toMatch(/,"?'[^,]*(,[^,]*)?\n$/)
})

test('other names stay as they are', () => {
  expect(codesCsv([{ voterId: 'v-1', reportingUnitId: 'e1/u/n1', name: 'Ada O\'Rye-Smith' }], [{ voterId: 'v-1', votingCode: '7KQ2-M4XD-9TRB' }]))
    .toContain('v-1,7KQ2-M4XD-9TRB,n1,Ada O\'Rye-Smith\n')
})

test('a code is never left out, however the roll spells its voter', () => {
  const registered = [{ voterId: 'Zo\u00eb', votingCode: '7KQ2-M4XD-9TRB' }, { voterId: 'who?', votingCode: 'AAAA-BBBB-CCCC' }]
  expect(codesRows([{ voterId: ' Zoe\u0308 ', reportingUnitId: 'e1/u/n1' }], registered)).toBe(' Zoe\u0308 ,7KQ2-M4XD-9TRB,n1,\nwho?,AAAA-BBBB-CCCC,,\n')
})

test.each([['a,b\nc,d', 'a,b\n'], ['a,b\nc,"d\n', 'a,b\n'], ['a,"b\n""c"\nd,"', 'a,"b\n""c"\n'], ['a', ''], ['a,b\n', 'a,b\n'], ['', '']])('of %j the whole rows are %j', (text, whole) => {
  expect(wholeRows(text)).toBe(whole)
})
