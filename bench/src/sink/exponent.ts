/** The k of the power law `y = c · x^k` that fits the points best: the slope of a straight line through their logarithms. NaN with fewer than two. */
export function exponentOf(points: readonly { x: number, y: number }[]): number {
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }))
  const mean = (of: (point: { x: number, y: number }) => number): number => logs.reduce((sum, point) => sum + of(point), 0) / logs.length
  const [atX, atY] = [mean(({ x }) => x), mean(({ y }) => y)]
  const [together, alone] = [mean(({ x, y }) => (x - atX) * (y - atY)), mean(({ x }) => (x - atX) ** 2)]
  return together / alone
}
