import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openMetricsServer, type MetricsServer } from './metrics-server.js'

const place = { host: '127.0.0.1', port: 0 }
let server: MetricsServer
beforeEach(async () => { server = await openMetricsServer(place) })
afterEach(() => server[Symbol.asyncDispose]())

const ask = async (path: string): Promise<string> => {
  const response = await fetch(`${server.url}${path}`)
  return `${response.status} ${(await response.text()).trim()}`
}

test('before anything is known the process lives and is not ready', async () => {
  expect([await ask('/livez'), await ask('/readyz?x'), await ask('/metrics'), await ask('/graphql')]).toEqual([
    '200 {"status":"UP"}', '503 {"status":"DOWN","reason":"It is starting."}', '503 There are no metrics yet.', '404 There are /livez, /readyz and /metrics here.',
  ])
})

test('then it tells whether it is ready, and what speaks against it', async () => {
  const registry = new Registry()
  server.tell({ registry, readiness: async () => ({ isReady: false, detail: { postgres: 'DOWN', kafka: 'UP' } }) })
  expect([await ask('/readyz'), await ask('/metrics')]).toEqual(['503 {"status":"DOWN","postgres":"DOWN","kafka":"UP"}', '200 '])
  server.tell({ registry, readiness: async () => ({ isReady: true, detail: { postgres: 'UP', kafka: 'UP' } }) })
  expect(await ask('/readyz')).toBe('200 {"status":"UP","postgres":"UP","kafka":"UP"}')
  server.tell({ registry, readiness: () => Promise.reject(new Error('secret')) })
  expect(await ask('/readyz')).toBe('500 This could not be collected.')
})

test('a taken port is told with the setting that names it', async () => {
  const port = Number(new URL(server.url).port)
  await expect(openMetricsServer({ ...place, port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken by another program. Stop that, or set METRICS_PORT to another one.`)
})
