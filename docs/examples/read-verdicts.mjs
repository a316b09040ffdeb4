// Prints what became of the ballots that were handed in over Kafka: one verdict a line, from the oldest that is kept.
// Goes on until Ctrl-C.
//
//   npm install kafkajs
//   node read-verdicts.mjs 127.0.0.1:9092 livetally.
import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'

const [, , broker, prefix] = process.argv
const kafka = new Kafka({ clientId: 'verdict-reader', brokers: [broker], logLevel: logLevel.ERROR })
const consumer = kafka.consumer({ groupId: `verdict-reader-${randomUUID()}` })
await consumer.connect()
await consumer.subscribe({ topic: `${prefix}ballots.verdicts`, fromBeginning: true })
await consumer.run({ eachMessage: async ({ message }) => console.log(message.value.toString()) })
