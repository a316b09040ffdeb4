import type { Random } from './random.js'

export type Gender = 'woman' | 'man' | 'nonbinary'

/** Who a synthetic voter is, before any election asks. */
export interface Person {
  /** Years, 18 to 97. */
  age: number
  gender: Gender
  /** 0 (left school early) to 1 (doctorate). */
  education: number
  /** 0 (poorest household) to 1 (richest). */
  income: number
}

/** Draws a person of a region; `prosperity` (−1 to 1) moves education and income of everybody there. */
export function drawPerson(random: Random, prosperity: number): Person {
  const age = drawAge(random)
  const gender = random.next() < 0.515 ? 'woman' : random.next() < 0.985 ? 'man' : 'nonbinary'
  const education = squash(-0.05 + 0.35 * prosperity - 0.012 * (age - 45) * 0.5 + 0.9 * random.normal())
  const career = 1 - Math.abs(age - 50) / 40
  const income = squash(-0.9 + 1.5 * education + 0.5 * prosperity + 0.5 * career + 0.7 * random.normal())
  return { age, gender, education, income }
}

/** An ageing population: even from 18 to 70, thinning out towards 97. */
function drawAge(random: Random): number {
  const years = 18 + Math.floor(random.next() * 80)
  return years > 70 && random.next() < (years - 70) / 27 ? 18 + random.below(53) : years
}

function squash(value: number): number {
  return 1 / (1 + Math.exp(-1.4 * value))
}
