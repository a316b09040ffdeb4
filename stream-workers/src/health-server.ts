import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'

export interface HealthServer extends AsyncDisposable { readonly port: number }

/** `/livez`, `/readyz` and `/metrics` of a worker process. `notReady`: why it is not, undefined if it is. */
export async function startHealthServer({ host, port, registry, notReady }: { host: string, port: number, registry: Registry, notReady: () => string | undefined }): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type }).end(body)
    }
    const answerReady = (reason: string | undefined): void => { answer(reason === undefined ? 200 : 503, `${reason ?? 'ready'}\n`) }
    if (request.url === '/livez') answer(200, 'live\n')
    else if (request.url === '/readyz') answerReady(notReady())
    else if (request.url === '/metrics') registry.metrics().then((text) => answer(200, text, registry.contentType), () => answer(500, 'metrics could not be collected\n'))
    else answer(404, 'There are /livez, /readyz and /metrics here.\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
