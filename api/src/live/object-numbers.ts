/** Numbers objects as they come, so that what is kept of them can be named by a text. The number of an object is never another's, also when it is gone. */
export function createObjectNumbers(): (one: object) => number {
  const numbers = new WeakMap<object, number>()
  let last = 0
  return (one) => {
    const number = numbers.get(one) ?? (last += 1)
    numbers.set(one, number)
    return number
  }
}
