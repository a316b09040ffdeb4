import type { EventLog } from '@livetally/core/events'

/** Records asked for at once. */
const SLICE = 4_000

/** Reads a topic from its first record that is kept to its last, as anybody may who reads Kafka. */
export async function readTopic<Value>(log: EventLog, topic: string, election: number): Promise<Value[]> {
  const found: Value[] = []
  const partitions = await log.partitionCount(topic)
  for (let partition = 0; partition < partitions; partition += 1) {
    const { first, next } = await log.range(topic, partition)
    let from = first
    while (from < next) {
      const records = await log.read({ topic, partition, from, limit: SLICE })
      const last = records.at(-1)
      if (last === undefined) break
      for (const { key, value } of records) if (value !== null && isOf(key, election)) found.push(JSON.parse(value.toString('utf8')) as Value)
      from = BigInt(last.offset) + 1n
    }
  }
  return found
}

function isOf(key: string | undefined, election: number): boolean {
  return key === `e${election}` || key?.startsWith(`e${election}/`) === true
}
