import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en } from './en/index.js'
import { formatCount, formatInstant, formatList, formatNear, formatPercent } from './format.js'

const source = join(import.meta.dirname, '..')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|ts)$/.test(name) && !name.includes('.test.'))
const text = files.map((name) => readFileSync(join(source, name), 'utf8')).join('\n')

function keysOf(tree: object, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) => typeof value === 'object' && value !== null ? keysOf(value, `${path}${key}.`) : [`${path}${key}`])
}
const keys = keysOf(en)
/** Every quoted text that looks like a key of a known section. */
const sections = Object.keys(en)
const used = [...text.matchAll(/(?:'|keypath=")([a-zA-Z]+)((?:\.[A-Za-z]+)+)['"]/g)].filter((match) => sections.includes(match[1] ?? '')).map((match) => `${match[1] ?? ''}${match[2] ?? ''}`)
/** Keys whose last part is put in when the page runs: `phase.${phase}`. */
const families = [...text.matchAll(/`((?:[a-zA-Z]+\.)+)\$\{/g)].map((match) => match[1] ?? '')

describe('the words', () => {
  it('are there wherever the pages ask for them', () => {
    const missing = used.filter((key) => !keys.includes(key) && !keys.some((known) => known.startsWith(`${key}.`)))
    expect(missing).toEqual([])
    expect(used.length).toBeGreaterThan(100)
  })
  it('are all used', () => {
    const idle = keys.filter((key) => !used.includes(key) && !families.some((family) => key.startsWith(family)))
    expect(idle).toEqual([])
  })
  it('are parted by blanks that stay: one at the beginning of an element is taken away', () => {
    expect(text.match(/\}\}<[a-z]+(?: [a-z:@-]+(?:="[^"\n]*")?)*> \{\{.*/gi) ?? []).toEqual([])
  })
  it('have no exclamation marks', () => expect(JSON.stringify(en)).not.toContain('!'))
})

describe('numbers and times', () => {
  it('are grouped', () => expect(formatCount('en', 412_306)).toBe('412,306'))
  it('have one digit in shares, and a dash where there is nothing to share', () => expect([formatPercent('en', 40), formatPercent('en', null)]).toEqual(['40.0%', '–']))
  it('never call all what is not all, nor nothing what is not nothing', () => {
    expect([0, 0.04, 0.06, 99.94, 99.96, 100, 100.04, 101].map((percent) => formatPercent('en', percent))).toEqual(['0.0%', '<0.1%', '0.1%', '99.9%', '>99.9%', '100.0%', '>100.0%', '101.0%'])
    expect([formatPercent('en', 99.98, 100), formatPercent('en', 0.02, 0), formatPercent('en', 33.33, 33.4)]).toEqual(['>99.9%', '<0.1%', '33.4%'])
  })
  it('follow the language', () => expect(formatCount('de', 412_306)).toBe('412.306'))
  it('name the zone', () => expect(formatInstant('en', '2026-11-03T19:00:00Z', 'Europe/Berlin')).toMatch(/20:00 GMT\+1/))
  it('are relative within an hour only', () => {
    const now = Date.parse('2026-11-03T12:00:00Z')
    expect(formatNear('en', '2026-11-03T12:12:00Z', now)).toBe('in 12 minutes')
    expect(formatNear('en', '2026-11-03T13:00:00Z', now)).toBeNull()
  })
  it('list names as people do', () => expect(formatList('en', ['Ada', 'Bo', 'Cy'])).toBe('Ada, Bo, and Cy'))
})
