export type FinalBlock = {
  url: string
  votingCodes: readonly string[]
  /** Why votes travel through memory instead of Kafka, if they do. */
  withoutKafka: string | undefined
  /** `host:port`, comma separated; null without Kafka. */
  kafkaBrokers: string | null
  home: string
}

/** What stands below the steps: where to look, what to try, how to stop. The line `ready …` comes last, for people and programs. */
export function finalBlock({ url, votingCodes, withoutKafka, kafkaBrokers, home }: FinalBlock): string[] {
  const rows: [string, string][] = [
    ['Web page', url],
    ['GraphQL page', `${url}/explore`],
    ...(votingCodes.length === 0 ? [] : [['Voting codes to try', votingCodes.join('   ')] satisfies [string, string]]),
    ...(kafkaBrokers === null ? [] : [['Kafka', kafkaBrokers] satisfies [string, string]]),
    ['Data and logs', home],
    ['To stop', 'Ctrl-C'],
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  const note = withoutKafka === undefined ? [] : ['', `  Without Apache Kafka: ${withoutKafka}.`, '  Votes travel through memory, within one process; they are as safe in Postgres as ever.']
  return ['', ...rows.map(([label, value]) => `  ${label.padEnd(width)}   ${value}`), ...note, '', `ready ${url}`]
}
