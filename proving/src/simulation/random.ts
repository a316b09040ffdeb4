/** Chance from a seed: the same seed gives the same numbers in the same order, on every machine. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number
  /** A whole number, `from` ≤ x ≤ `to`. */
  whole(from: number, to: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  bytes(count: number): Buffer
  /** A chance of its own, so that what one part draws does not move the others. */
  fork(name: string): Random
}

/** sfc32 (Chris Doty-Humphrey's Small Fast Counter), seeded through splitmix32. */
export function createRandom(seed: number): Random {
  let spread = seed >>> 0
  const splitmix = (): number => {
    spread = (spread + 0x9e37_79b9) | 0
    let mixed = spread ^ (spread >>> 16)
    mixed = Math.imul(mixed, 0x21f0_aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  const first = splitmix()
  let [a, b, c, counter] = [first, splitmix(), splitmix(), 1]
  const draw = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let turn = 0; turn < 12; turn += 1) draw()
  const next = (): number => draw() / 4_294_967_296
  const random: Random = {
    next,
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick(items) {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new RangeError('There is nothing to pick from.')
      return item
    },
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => draw() & 255)),
    fork: (name) => createRandom([...name].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, first)),
  }
  return random
}
