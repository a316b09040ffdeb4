import fc from 'fast-check'
import { expect, test } from 'vitest'
import { brokerProperties, formatProperties, parseProperties } from './properties.js'

const place = { port: 19_092, controllerPort: 19_093, logFolder: '/data/kafka/log' }

test('the broker listens to this machine alone, and advertises the port it listens on', () => {
  const properties = brokerProperties(place)
  expect(properties['listeners']).toBe('PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093')
  expect(properties['advertised.listeners']).toBe('PLAINTEXT://127.0.0.1:19092')
  expect(properties['controller.quorum.voters']).toBe('1@127.0.0.1:19093')
})

test('who comes in through a further door is sent to the port that the door advertises', () => {
  const properties = brokerProperties({ ...place, doors: [{ port: 19_100, advertisedPort: 20_100 }] })
  expect(properties['listeners']).toContain(',DOOR0://127.0.0.1:19100')
  expect(properties['advertised.listeners']).toBe('PLAINTEXT://127.0.0.1:19092,DOOR0://127.0.0.1:20100')
  expect(properties['listener.security.protocol.map']).toContain(',DOOR0:PLAINTEXT')
})

test('a further door may ask who comes', () => {
  const properties = brokerProperties({ ...place, doors: [{ port: 19_100, advertisedPort: 19_100, protocol: 'SASL_SSL', properties: { 'ssl.client.auth': 'required' } }] })
  expect(properties['listener.security.protocol.map']).toBe('CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,DOOR0:SASL_SSL')
  expect(properties['listener.name.door0.ssl.client.auth']).toBe('required')
})

test('a topic is never created by a slip of the pen', () => {
  expect(brokerProperties(place)['auto.create.topics.enable']).toBe('false')
})

test('what is written to a properties file is read again as it was', () => {
  expect(parseProperties(formatProperties(brokerProperties(place)))).toEqual(brokerProperties(place))
  const key = fc.stringMatching(/^[a-z][a-z.]{0,20}$/)
  const value = fc.stringMatching(/^[\x21-\x7e]{1,30}$/)
  fc.assert(fc.property(fc.dictionary(key, value), (properties) => {
    expect(parseProperties(formatProperties(properties))).toEqual({ ...properties })
  }))
})

test('comments and blank lines of a file that Kafka wrote are passed over', () => {
  expect(parseProperties('#\n#Fri Nov 21\nversion=1\n\ncluster.id=abc_-1\n')).toEqual({ version: '1', 'cluster.id': 'abc_-1' })
})
