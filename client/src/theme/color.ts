/** Red, green, blue, each 0 … 255. */
export type Rgb = readonly [number, number, number]

/** Reads `#rrggbb` or what a browser computes (`rgb(1, 2, 3)`). Anything else reads as mid grey. */
export function parseColor(text: string): Rgb {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim())
  if (hex) return [parseInt(hex[1] ?? '', 16), parseInt(hex[2] ?? '', 16), parseInt(hex[3] ?? '', 16)]
  const computed = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)/.exec(text)
  return computed ? [Number(computed[1]), Number(computed[2]), Number(computed[3])] : [128, 128, 128]
}

export function formatColor([red, green, blue]: Rgb): string {
  return `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`
}

/** `weight` 0 gives `from`, 1 gives `to`. */
export function mixColors(from: Rgb, to: Rgb, weight: number): Rgb {
  const mix = (a: number, b: number) => a + (b - a) * weight
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])]
}

/** Contrast ratio, 1 … 21 (WCAG 2.2, "contrast ratio"). */
export function contrastOf(one: Rgb, other: Rgb): number {
  const [a, b] = [luminanceOf(one), luminanceOf(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

/** The colour itself if it stands out from the background by `ratio`, else moved towards `ink` until it does. */
export function readableOn(color: Rgb, background: Rgb, ink: Rgb, ratio = 3): Rgb {
  for (let weight = 0; weight < 1; weight += 0.05) {
    const mixed = mixColors(color, ink, weight)
    if (contrastOf(mixed, background) >= ratio) return mixed
  }
  return ink
}

/** Distance as the eye sees it, roughly: below 60 two colours are easily taken for one another ("redmean"). */
export function distanceOf(one: Rgb, other: Rgb): number {
  const red = (one[0] + other[0]) / 2
  const [dr, dg, db] = [one[0] - other[0], one[1] - other[1], one[2] - other[2]]
  return Math.sqrt((2 + red / 256) * dr ** 2 + 4 * dg ** 2 + (2 + (255 - red) / 256) * db ** 2)
}

function luminanceOf(color: Rgb): number {
  const [red, green, blue] = color.map((part) => {
    const value = part / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}
