import { InvalidArgumentError } from 'commander'

/** Reads an argument of a command: a number above 0. */
export function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('Give a number above 0.')
  return value
}

/** Reads an argument of a command: a whole number of 1 or more. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Give a whole number of 1 or more.')
  return value
}

/** Reads an argument of a command: a whole number from 1 to `most`. */
export function upTo(most: number): (text: string) => number {
  return (text) => {
    const value = wholeNumber(text)
    if (value > most) throw new InvalidArgumentError(`Give ${most} at the most.`)
    return value
  }
}
