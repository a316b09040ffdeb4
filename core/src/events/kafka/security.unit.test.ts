import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { kafkajsSecurity, readKafkaSecurity } from './security.js'

const pem = fileURLToPath(import.meta.url)
const known = { KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_USERNAME: 'count', KAFKA_SASL_PASSWORD: 'dracula' }

test('without settings, or with empty ones, connections are plain', () => {
  expect(readKafkaSecurity({ KAFKA_SSL: 'false', KAFKA_SSL_CA: '', KAFKA_SASL_USERNAME: '' })).toEqual({ security: undefined, problems: [] })
  expect(kafkajsSecurity(undefined)).toEqual({})
})

test('naming a certificate means encryption, and its text is read', () => {
  const { security } = readKafkaSecurity({ KAFKA_SSL_CA: pem })
  expect(security?.tls?.ca).toContain('naming a certificate means encryption')
  expect(readKafkaSecurity({ KAFKA_SSL: 'true' }).security).toEqual({ tls: {} })
})

test('a mechanism is understood as Kafka writes it and as others do', () => {
  expect(kafkajsSecurity(readKafkaSecurity(known).security)).toEqual({ sasl: { mechanism: 'scram-sha-512', username: 'count', password: 'dracula' } })
  expect(readKafkaSecurity({ ...known, KAFKA_SASL_MECHANISM: 'PLAIN' }).security?.sasl?.mechanism).toBe('PLAIN')
})

test.each([
  [{ KAFKA_SSL: 'yes' }, ['KAFKA_SSL']],
  [{ KAFKA_SSL: 'false', KAFKA_SSL_CA: pem }, ['KAFKA_SSL']],
  [{ KAFKA_SSL_CA: '/no/such.pem', KAFKA_SASL_MECHANISM: 'KERBEROS' }, ['KAFKA_SSL_CA', 'KAFKA_SASL_MECHANISM']],
  [{ KAFKA_SSL_CERT: pem }, ['KAFKA_SSL_KEY']],
  [{ KAFKA_SASL_USERNAME: 'count' }, ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_PASSWORD']],
])('what cannot be right is named, all of it: %j', (settings, named) => {
  const { problems } = readKafkaSecurity(settings)
  expect(problems.map(({ setting }) => setting)).toEqual(named)
})

test('no password is ever part of a problem', () => {
  const { problems } = readKafkaSecurity({ ...known, KAFKA_SASL_MECHANISM: 'GUESS' })
  expect(JSON.stringify(problems)).not.toContain('dracula')
})
