import { readFileSync } from 'node:fs'

/**
 * Loaded before the code of a process (`node --import …/shifted-clock.js?file=…`): from then on its wall clock is off by as
 * many ms as the file says. Looks when it starts and whenever SIGWINCH comes, which is when the clock jumps. Timers and
 * `performance.now()` go on as they would on a real machine: they never follow the wall clock.
 */
const file = new URL(import.meta.url).searchParams.get('file') ?? ''

function readOffset(): number {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}

let offset = readOffset()
process.on('SIGWINCH', () => { offset = readOffset() })

const trueNow = Date.now.bind(Date)
const shiftedNow = (): number => trueNow() + offset

globalThis.Date = new Proxy(Date, {
  construct: (target, args: unknown[], self) => Reflect.construct(target, args.length === 0 ? [shiftedNow()] : args, self) as object,
  apply: () => new Date(shiftedNow()).toString(),
  get: (target, key, self) => key === 'now' ? shiftedNow : Reflect.get(target, key, self) as unknown,
})
