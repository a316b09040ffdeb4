import { Kafka, logLevel } from 'kafkajs'

/**
 * The least that a consumer in this language can do: an eachBatch loop that counts records, with JSON.parse or without it. Ends at end of
 * input, so that it does not outlive whoever started it. Arguments: brokers, topic, group, number of records, count or parse.
 */
const [brokers = '', topic = '', groupId = '', total = '0', way = 'count'] = process.argv.slice(2)

const kafka = new Kafka({ brokers: brokers.split(','), clientId: 'bench-peer', logLevel: logLevel.ERROR })
const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50, maxBytes: 8_388_608 })
let counted = 0
let isDone = false

await consumer.connect()
await consumer.subscribe({ topics: [topic], fromBeginning: true })
await consumer.run({
  eachBatch: async ({ batch }) => {
    if (way === 'parse') {
      for (const { value } of batch.messages) {
        const ballot: unknown = JSON.parse(value?.toString('utf8') ?? 'null')
        if (typeof ballot === 'object' && ballot !== null) counted += 1
      }
    } else counted += batch.messages.length
  },
})
setInterval(() => {
  if (isDone) return
  console.log(`progress ${counted}`)
  isDone = counted >= Number(total)
  if (isDone) console.log(`done [${counted}]`)
}, 50)
process.stdin.on('end', () => process.exit(0)).resume()
