const PATTERN = /^P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/
const UNITS_MS = [7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000]

/** Milliseconds of an ISO 8601 duration of whole weeks, days, hours, minutes and seconds; undefined for anything else (months have no fixed length). */
export function durationMs(text: string): number | undefined {
  const match = PATTERN.exec(text)
  if (match === null || match.slice(1).every((part) => part === undefined)) return undefined
  return UNITS_MS.reduce((sum, unit, at) => sum + Number(match[at + 1] ?? 0) * unit, 0)
}

/** ISO 8601 of whole seconds, in its largest units: `PT1H30M`, `P1D`. */
export function durationText(ms: number): string {
  const [, ...sizes] = UNITS_MS
  let rest = ms
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = sizes.map((unit) => {
    const count = Math.floor(rest / unit)
    rest -= count * unit
    return count
  })
  const time = [[hours, 'H'], [minutes, 'M'], [seconds, 'S']].map(([count, letter]) => count === 0 ? '' : `${count}${letter}`).join('')
  const text = `${days === 0 ? '' : `${days}D`}${time === '' ? '' : `T${time}`}`
  return `P${text === '' ? 'T0S' : text}`
}
