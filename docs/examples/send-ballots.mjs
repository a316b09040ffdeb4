// Hands ballots in over Kafka: one JSON document a line on standard input, signed with a private JSON Web Key.
// Prints which record each became, as "idempotencyKey partition offset"; its verdict names the same two numbers.
//
//   npm install kafkajs jose
//   node send-ballots.mjs 127.0.0.1:9092 livetally. north-county.private.jwk < ballots.ndjson
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { CompactSign, importJWK } from 'jose'
import { Kafka, logLevel, Partitioners } from 'kafkajs'

const [, , broker, prefix, keyFile] = process.argv
const jwk = JSON.parse(await readFile(keyFile, 'utf8'))
const key = await importJWK(jwk)
// What fails for good is thrown; what kafkajs tries again by itself is no news.
const kafka = new Kafka({ clientId: jwk.kid, brokers: [broker], logLevel: logLevel.NOTHING })
const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner })
await producer.connect()
for await (const line of createInterface({ input: process.stdin })) {
  const { idempotencyKey } = JSON.parse(line)
  const ballot = await new CompactSign(Buffer.from(line)).setProtectedHeader({ alg: jwk.alg, kid: jwk.kid }).sign(key)
  const [sent] = await producer.send({ topic: `${prefix}ballots.incoming`, acks: -1, messages: [{ key: idempotencyKey, value: JSON.stringify({ v: 1, ballot }) }] })
  console.log(idempotencyKey, sent.partition, sent.baseOffset)
}
await producer.disconnect()
