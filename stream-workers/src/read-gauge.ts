import { Gauge, type Registry } from 'prom-client'

/** Series per election or box are shown for so many of the newest elections only: an installation may hold thousands. Sums are over all. */
export const MOST_ELECTIONS = 20
const MOST_SERIES = 500

export interface Sample { readonly labels: Readonly<Record<string, string | number>>, readonly value: number }

/** A gauge whose values are looked up when Prometheus asks. */
export interface ReadGauge {
  /** From now on its values come from here. */
  from(read: () => Iterable<Sample>): void
}

export function createReadGauge({ registry, ...options }: { name: string, help: string, labelNames: readonly string[], registry: Registry }): ReadGauge {
  let read: () => Iterable<Sample> = () => []
  const gauge: Gauge = new Gauge({
    ...options, registers: [registry],
    collect() {
      gauge.reset()
      for (const { labels, value } of read()) gauge.set(labels, value)
    },
  })
  return { from(source) { read = source } }
}

/** Those of the newest elections: the higher its key, the newer it is. */
export function ofNewestElections<One extends { readonly election: number }>(all: readonly One[]): One[] {
  const newest = new Set([...new Set(all.map(({ election }) => election))].toSorted((one, other) => other - one).slice(0, MOST_ELECTIONS))
  return all.filter(({ election }) => newest.has(election)).toSorted((one, other) => other.election - one.election).slice(0, MOST_SERIES)
}
