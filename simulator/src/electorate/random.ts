/** A seeded source of chance: the same seed gives the same numbers on every machine. Not for secrets. */
export interface Random {
  /** A number from 0 up to, but not including, 1. */
  next(): number
  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number
  /** About normally distributed, mean 0, standard deviation 1. */
  normal(): number
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T
  /** An index of `weights`, in proportion to them. */
  weighted(weights: readonly number[]): number
}

/** `seed` may be any text; parts of a seed are best joined by `/`. Generator: sfc32 by Chris Doty-Humphrey. */
export function createRandom(seed: string | number): Random {
  let [a, b, c, d] = hash128(String(seed))
  const next = (): number => {
    const t = (a + b | 0) + d | 0
    d = d + 1 | 0
    a = b ^ b >>> 9
    b = c + (c << 3) | 0
    c = (c << 21 | c >>> 11) + t | 0
    return (t >>> 0) / 4_294_967_296
  }
  for (let at = 0; at < 12; at += 1) next()
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items) => {
      if (items.length === 0) throw new Error('nothing to pick from')
      return items[below(items.length)] as (typeof items)[number]
    },
    weighted: (weights) => pickIndex(weights, next()),
  }
}

/** A number from 0 up to 1 that depends on `text` alone. */
export function chanceOf(text: string): number {
  return createRandom(text).next()
}

/** Shuffles in place (Fisher and Yates) and returns the same array. */
export function shuffle<T extends { length: number, [at: number]: number }>(items: T, random: Random): T {
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1)
    const held = items[at] ?? 0
    items[at] = items[other] ?? 0
    items[other] = held
  }
  return items
}

function pickIndex(weights: readonly number[], chance: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let left = chance * total
  for (const [at, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return at
  }
  return weights.length - 1
}

/** cyrb128: four 32-bit words from a text, well mixed. */
function hash128(text: string): [number, number, number, number] {
  let [h1, h2, h3, h4] = [1779033703, 3144134277, 1013904242, 2773480762]
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    h1 = h2 ^ Math.imul(h1 ^ code, 597399067)
    h2 = h3 ^ Math.imul(h2 ^ code, 2869860233)
    h3 = h4 ^ Math.imul(h3 ^ code, 951274213)
    h4 = h1 ^ Math.imul(h4 ^ code, 2716044179)
  }
  h1 = Math.imul(h3 ^ h1 >>> 18, 597399067)
  h2 = Math.imul(h4 ^ h2 >>> 22, 2869860233)
  h3 = Math.imul(h1 ^ h3 >>> 17, 951274213)
  h4 = Math.imul(h2 ^ h4 >>> 19, 2716044179)
  return [h1 ^ h2 ^ h3 ^ h4, h2 ^ h1, h3 ^ h1, h4 ^ h1]
}
