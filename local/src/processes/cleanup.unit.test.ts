import { expect, test } from 'vitest'
import { createCleanup } from './cleanup.js'

test('what was started last is stopped first, and only once', async () => {
  const cleanup = createCleanup()
  const stopped: string[] = []
  for (const name of ['postgres', 'kafka', 'api']) cleanup.defer(() => stopped.push(name))
  await cleanup[Symbol.asyncDispose]()
  await cleanup[Symbol.asyncDispose]()
  expect(stopped).toEqual(['api', 'kafka', 'postgres'])
})

test('one thing that cannot be stopped does not keep the others running, and is reported', async () => {
  const cleanup = createCleanup()
  const stopped: string[] = []
  cleanup.defer(() => stopped.push('postgres'))
  cleanup.defer(() => {
    throw new Error('kafka is stubborn')
  })
  await expect(cleanup[Symbol.asyncDispose]()).rejects.toThrow('kafka is stubborn')
  expect(stopped).toEqual(['postgres'])
})

test('things of one group are stopped side by side, at the place of their group', async () => {
  const cleanup = createCleanup()
  const stopped: string[] = []
  const servers = cleanup.group()
  cleanup.defer(() => stopped.push('api'))
  let askKafka = () => undefined as void
  const kafkaAsked = new Promise<void>((resolve) => {
    askKafka = resolve
  })
  servers.defer(async () => {
    await kafkaAsked
    stopped.push('postgres')
  })
  servers.defer(() => {
    stopped.push('kafka')
    askKafka()
  })
  await cleanup[Symbol.asyncDispose]()
  expect(stopped).toEqual(['api', 'kafka', 'postgres'])
})
