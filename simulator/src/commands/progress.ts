import { Presets, SingleBar } from 'cli-progress'
import { say } from './command-line.js'

export interface Progress {
  add(count: number): void
  stop(): void
}

const LINE_EVERY_MS = 5_000

/** A bar where a person watches, else a plain line every 5 s. `unit` is what is counted, such as "ballots". */
export function createProgress(title: string, total: number, unit: string): Progress {
  return process.stderr.isTTY ? createBar(title, total, unit) : createLines(title, total, unit)
}

function createBar(title: string, total: number, unit: string): Progress {
  const bar = new SingleBar({ format: `${title} {bar} {percentage} % · {value}/{total} ${unit} · {eta_formatted} left`, etaBuffer: 500, hideCursor: true, stream: process.stderr }, Presets.shades_classic)
  bar.start(total, 0)
  return { add: (count) => { bar.increment(count) }, stop: () => { bar.stop() } }
}

function createLines(title: string, total: number, unit: string): Progress {
  const startedAt = performance.now()
  let done = 0
  const line = () => {
    const perSecond = Math.round(done / Math.max(0.001, (performance.now() - startedAt) / 1_000))
    say(`${title}: ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${unit}, ${perSecond.toLocaleString('en-US')} a second`)
  }
  const timer = setInterval(line, LINE_EVERY_MS)
  timer.unref()
  return {
    add: (count) => { done += count },
    stop: () => {
      clearInterval(timer)
      line()
    },
  }
}
