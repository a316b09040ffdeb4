import { describe, expect, it } from 'vitest'
import { optionStyles } from '../results/contest/option-styles.js'
import { contrastOf, formatColor, mixColors, parseColor, readableOn } from './color.js'
import type { Palette } from './use-palette.js'

const light: Palette = { page: '#fbfaf8', ink: '#14171c', 'ink-2': '#454b54', 'ink-3': '#62686f', line: '#e2dfd9', neutral: '#7b8087', accent: '#0b5f55', raised: '#ffffff', track: '#eceae5' }
const dark: Palette = { ...light, page: '#121417', ink: '#eef0f2', neutral: '#8b919a' }
const option = (id: string, color: string | null) => ({ id, name: id, isWriteIn: false, photoUrl: null, biography: null, campaignPlatform: null, party: color === null ? null : { id: color, name: color, abbreviation: color, color } })

describe('colours', () => {
  it('are read as written and as computed', () => expect([parseColor('#0b5f55'), parseColor('rgb(11, 95, 85)')]).toEqual([[11, 95, 85], [11, 95, 85]]))
  it('have the contrast that WCAG says', () => {
    expect(contrastOf([0, 0, 0], [255, 255, 255])).toBe(21)
    expect(contrastOf([118, 118, 118], [255, 255, 255])).toBeCloseTo(4.54, 1)
  })
  it('mix', () => expect(formatColor(mixColors([0, 0, 0], [255, 255, 255], 0.5))).toBe('#808080'))
  it('stay as they are where they can be seen', () => expect(readableOn([11, 95, 85], [255, 255, 255], [0, 0, 0])).toEqual([11, 95, 85]))
})

describe('the look of options', () => {
  const contest = { options: [option('a', '#ffe600'), option('b', '#0a1040'), option('c', '#ffe600'), option('d', null), option('e', null), option('f', null)] }

  it.each([['light', light], ['dark', dark]] as const)('stands out from the page by 3:1 in the %s theme', (_name, palette) => {
    for (const { color } of optionStyles(contest, palette).values()) expect(contrastOf(parseColor(color), parseColor(palette.page))).toBeGreaterThanOrEqual(3)
  })
  it('tells look-alikes apart by their lines', () => {
    const styles = optionStyles(contest, light)
    expect(styles.get('a')?.line).not.toEqual(styles.get('c')?.line)
    expect(new Set(['d', 'e', 'f'].map((id) => JSON.stringify(styles.get(id)?.line))).size).toBe(3)
  })
  it('is the same whenever it is asked for', () => expect([...optionStyles(contest, light)]).toEqual([...optionStyles(contest, light)]))
})
