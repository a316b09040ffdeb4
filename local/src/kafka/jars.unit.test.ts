import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { cacheKey, pomFile } from './jars.js'

const pom = (version: string, more = '') => `<project><properties><kafka.version>${version}</kafka.version></properties>${more}</project>`

test('the folder of the jars names the version of Kafka, and changes with every change of the pom', () => {
  expect(cacheKey(pom('4.3.1'))).toMatch(/^kafka-4\.3\.1-[0-9a-f]{12}$/)
  expect(cacheKey(pom('4.3.1'))).toBe(cacheKey(pom('4.3.1')))
  expect(cacheKey(pom('4.3.1', '<!-- another logging binding -->'))).not.toBe(cacheKey(pom('4.3.1')))
})

test('the pom of this project names Apache Kafka 4', async () => {
  expect(cacheKey(await readFile(pomFile, 'utf8'))).toMatch(/^kafka-4\.\d+\.\d+-/)
})
