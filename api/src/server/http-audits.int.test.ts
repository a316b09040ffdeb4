import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveUnderTest, type HttpUnderTest } from './graphql-http-under-test.js'

let http: HttpUnderTest
let url = ''
beforeAll(async () => {
  http = await serveUnderTest()
  url = `${await http.server.listen({ host: '127.0.0.1', port: 0 })}/graphql`
})
afterAll(() => http[Symbol.asyncDispose]())

test.each(serverAudits({ url: () => url }).map((audit) => [audit.name, audit] as const))('GraphQL over HTTP: %s', async (_name, audit) => {
  const result = await audit.fn()
  expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok')
})
