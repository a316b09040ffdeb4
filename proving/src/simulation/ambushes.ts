import type { SimulatedProcess } from './process.js'
import type { Schedule } from './schedule.js'

/**
 * A process freezes when it is about to ask `before`, and thaws as soon as another one has asked `until`: a zombie that
 * comes back at the worst moment. Where both name something (a group of the pattern), it must be the same.
 */
export interface Ambush { readonly before: RegExp, readonly until: RegExp, readonly mostMs: number }

export interface Ambushes {
  /** True if the process was frozen, and what it is about to ask has to wait until it thaws. */
  catches(process: SimulatedProcess, what: string): boolean
  noteDone(process: SimulatedProcess, what: string): void
  end(): void
}

const MOST_AMBUSHES = 8

/** Without an ambush to lie in, nobody is ever caught. One process at a time; its group takes it for dead at once. */
export function createAmbushes(schedule: Schedule, ambush: Ambush | undefined, evict: (process: SimulatedProcess) => void): Ambushes {
  if (ambush === undefined) return { catches: () => false, noteDone: () => undefined, end: () => undefined }
  const random = schedule.random.fork('ambushes')
  let caught: { process: SimulatedProcess, about: string | undefined } | undefined
  let left = MOST_AMBUSHES
  const release = (one: typeof caught) => (): void => {
    if (caught !== one) return
    caught = undefined
    one?.process.thaw()
  }
  return {
    catches(process, what) {
      const match = left > 0 && caught === undefined ? ambush.before.exec(what) : null
      if (match === null || random.chance(0.5)) return false
      left -= 1
      const one = { process, about: match[1] }
      caught = one
      process.freeze()
      schedule.after(100 + random.next() * 400, () => { if (caught === one) evict(process) })
      schedule.after(ambush.mostMs, release(one))
      return true
    },
    noteDone(process, what) {
      if (caught === undefined || caught.process === process) return
      const match = ambush.until.exec(what)
      if (match !== null && (match[1] === undefined || match[1] === caught.about)) schedule.after(random.next() * 30, release(caught))
    },
    end() { left = 0 },
  }
}
