import type { Contest } from '../../elections/documents.js'
import { distanceOf, formatColor, mixColors, parseColor, readableOn, type Rgb } from '../../theme/color.js'
import type { Palette } from '../../theme/use-palette.js'

export type LineKind = 'solid' | 'dashed' | 'dotted' | number[]

/** How one option looks on every chart: its party's colour, told apart from look-alikes by shade and line. */
export interface OptionStyle { color: string, line: LineKind }

const LINES: readonly LineKind[] = ['solid', 'dashed', 'dotted', [8, 3, 2, 3], [2, 4], [12, 4], [6, 2, 2, 2, 2, 2], [1, 3]]
/** Colours nearer than this are easily taken for one another. */
const LOOK_ALIKE = 90

/**
 * Gives every option of a contest its look, in ballot order. Colours stand out from the page by 3:1 in either theme;
 * an option of no party is grey; one that would look like an earlier option gets another shade and another line.
 */
export function optionStyles(contest: Pick<Contest, 'options'>, palette: Palette): Map<string, OptionStyle> {
  const [page, ink] = [parseColor(palette.page), parseColor(palette.ink)]
  const bases: Rgb[] = []
  return new Map(contest.options.map((option) => {
    const base = parseColor(option.party?.color ?? palette.neutral)
    const alike = bases.filter((earlier) => distanceOf(earlier, base) < LOOK_ALIKE).length
    bases.push(base)
    const color = formatColor(readableOn(shadeOf(base, alike, page, ink), page, ink))
    return [option.id, { color, line: LINES[alike % LINES.length] ?? 'solid' }]
  }))
}

/** A party's colour where no option stands for it, seen on the page. */
export function partyColor(color: string, palette: Palette): string {
  return formatColor(readableOn(parseColor(color), parseColor(palette.page), parseColor(palette.ink)))
}

/** Later look-alikes go, in turn, towards the page and towards the ink. */
function shadeOf(base: Rgb, alike: number, page: Rgb, ink: Rgb): Rgb {
  if (alike === 0) return base
  const step = Math.min(0.6, 0.3 * Math.ceil(alike / 2))
  return mixColors(base, alike % 2 === 1 ? page : ink, step)
}
