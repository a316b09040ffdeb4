import { VOTE_CHANNELS } from '@livetally/core/election'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { channelNamed } from '../replay/channels.js'
import { findColumns } from '../replay/columns.js'
import { kindOfRow, ROW_KINDS } from '../replay/row-kinds.js'
import { codesCsv } from '../roll/codes-csv.js'
import { readRoll } from '../roll/roll-file.js'

const guide = readFileSync(new URL('../../../docs/guide/file-formats.md', import.meta.url), 'utf8')

/** The rows of the tables below a heading whose first column has this title; of each cell what is marked as code. */
function rowsOf(heading: string, title: string): string[][][] {
  const [, section = ''] = guide.split(`\n## ${heading}\n`)
  const [, table = ''] = (section.split('\n## ')[0] ?? '').split(
    new RegExp(`^\\| ${title} \\|.*\\n\\|[-|]+\\|\\n`, 'm'),
  )
  const [lines = ''] = table.split('\n\n')
  return lines
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)),
    )
}
const firstOf = (rows: string[][][]): string[] => rows.flatMap(([first = []]) => first)

describe('the guide to formats of files', () => {
  test('names the columns of a roll', () => {
    const shape = { places: [{ id: 'e1/u/alder-03', eligibleVoters: null }], attributes: [] } as unknown as Parameters<
      typeof readRoll
    >[1]
    const columns = firstOf(rowsOf('Rolls', 'column'))
    expect(readRoll(`${columns.join(',')}\nV1,alder-03,Ada,1 Bun Lane,online\n`, shape)).toMatchObject({
      ok: true,
      voters: [{ voterId: 'V1', channel: 'ONLINE' }],
    })
    expect(readRoll(`${columns.join(',')},shoe_size\nV1,e1/u/alder-03,,,,42\n`, shape)).toMatchObject({
      ok: false,
      problems: [expect.stringContaining(`neither ${columns.join(', ')} nor`)],
    })
  })

  test('names the columns of a file of voting codes', () => {
    expect(codesCsv([], []).trim()).toBe(firstOf(rowsOf('Voting codes', 'column')).join(','))
  })

  test('names the columns of a file of results by every name that they may have', () => {
    const rows = rowsOf('Results of precincts', 'column')
    expect(rows).toHaveLength(8)
    const plain = ['precinct', 'office', 'candidate', 'votes']
    for (const [[name = ''] = [], others = []] of rows) {
      for (const other of others) {
        const header = [...new Set([...plain, name])].map((column) => (column === name ? other : column))
        const found = findColumns(header)
        expect(found, other).toMatchObject({ ok: true, columns: { extra: [], channels: [] } })
      }
    }
  })

  test('names columns of channels as they are read', () => {
    const rows = rowsOf('Results of precincts', 'channel')
    expect(firstOf(rows)).toEqual(VOTE_CHANNELS.filter((channel) => channel !== 'ONLINE'))
    for (const [[channel] = [], names = []] of rows)
      expect(names.map((name) => [name, channelNamed(name)])).toEqual(names.map((name) => [name, channel]))
  })

  test('names kinds of rows, with examples that are taken for them', () => {
    const rows = rowsOf('Results of precincts', 'kind')
    expect(firstOf(rows)).toEqual(ROW_KINDS)
    for (const [[kind] = [], examples = []] of rows) {
      for (const example of examples)
        expect([
          example,
          kindOfRow({
            precinct: 'Alder 3',
            office: kind === 'IGNORE' ? example : 'Governor',
            candidate: kind === 'IGNORE' ? '' : example,
          }),
        ]).toEqual([example, kind])
    }
  })
})
