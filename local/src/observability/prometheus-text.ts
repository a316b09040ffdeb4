/** One metric as Prometheus' text format (version 0.0.4) gives it. */
export interface MetricFamily { readonly name: string, readonly type: string, readonly help: string, readonly samples: Sample[] }
export interface Sample { readonly name: string, readonly labels: Readonly<Record<string, string>>, readonly value: number }

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/y
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped']
const SUFFIXES: Readonly<Record<string, readonly string[]>> = { histogram: ['_bucket', '_sum', '_count'], summary: ['', '_sum', '_count'] }

/**
 * Reads what a process tells Prometheus, as strictly as its own tool would: HELP and TYPE before the samples, once each; samples
 * of one metric together; no series twice; names, labels and numbers as the format writes them. Throws with the line that is wrong.
 */
export function parsePrometheusText(text: string): MetricFamily[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const families = new Map<string, { name: string, type: string, help: string, samples: Sample[] }>()
  const series = new Set<string>()
  let current: MetricFamily | undefined
  for (const line of text.split('\n')) {
    if (line === '') continue
    const fail = (why: string): never => { throw new Error(`${why}: ${line}`) }
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (word === 'HELP') {
      if (!NAME.test(name)) fail('this is no name')
      if (families.has(name)) fail('this metric comes twice')
      const family = { name, type: '', help: rest.replaceAll('\\n', '\n').replaceAll('\\\\', '\\'), samples: [] }
      families.set(name, family)
      current = family
    } else if (word === 'TYPE') {
      const family = families.get(name)
      if (family === undefined || family !== current || family.type !== '') return fail('TYPE must follow HELP, once')
      if (!TYPES.includes(rest)) fail('there is no such type')
      family.type = rest
    } else if (!line.startsWith('#')) {
      const sample = parseSample(line)
      if (current === undefined || current.type === '' || !(SUFFIXES[current.type] ?? ['']).some((suffix) => sample.name === `${current?.name}${suffix}`)) return fail('this sample does not belong to the metric before it')
      const id = `${sample.name}${JSON.stringify(Object.entries(sample.labels).toSorted())}`
      if (series.has(id)) fail('this series comes twice')
      series.add(id)
      current.samples.push(sample)
    }
  }
  return [...families.values()]
}

function parseSample(line: string): Sample {
  const [, name = '', labels, number = ''] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  const value = number === '+Inf' ? Infinity : number === '-Inf' ? -Infinity : Number(number)
  if (name === '' || number === '' || (Number.isNaN(value) && number !== 'NaN' && number !== 'Nan')) throw new Error(`this is no sample: ${line}`)
  return { name, labels: parseLabels(labels ?? '', line), value }
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    const [, name = '', value = ''] = LABEL.exec(text) ?? []
    if (name === '' || name in labels) throw new Error(`these are no labels: ${line}`)
    labels[name] = value.replaceAll(/\\(.)/g, (_, sign: string) => sign === 'n' ? '\n' : sign)
  }
  return labels
}
