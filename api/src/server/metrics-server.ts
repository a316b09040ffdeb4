import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { requestTimes } from './http-server.js'
import { explainListening } from './port-taken.js'

/** Whether the process can serve, and what speaks for or against it. */
export interface Readiness { readonly isReady: boolean, readonly detail: Readonly<Record<string, unknown>> }

/** `/livez`, `/readyz` with its reasons, and `/metrics`, for those who look after the system: on a port that the public does not reach. */
export interface MetricsServer extends AsyncDisposable {
  readonly url: string
  /** What is told from now on; before, that it is not ready. */
  tell(told: { readiness: () => Promise<Readiness>, registry?: Registry }): void
}

/** `port` 0: any free one. */
export async function openMetricsServer({ host, port }: { host: string, port: number }): Promise<MetricsServer> {
  let told: Parameters<MetricsServer['tell']>[0] = { readiness: async () => ({ isReady: false, detail: { reason: 'It is starting.' } }) }
  const respond = async (path: string | undefined): Promise<[status: number, type: string, body: string]> => {
    switch (path) {
      case '/livez': return [200, JSON_TYPE, JSON.stringify({ status: 'UP' })]
      case '/readyz': {
        const { isReady, detail } = await told.readiness()
        return [isReady ? 200 : 503, JSON_TYPE, JSON.stringify({ status: isReady ? 'UP' : 'DOWN', ...detail })]
      }
      case '/metrics': return told.registry === undefined ? [503, TEXT_TYPE, 'There are no metrics yet.\n'] : [200, told.registry.contentType, await told.registry.metrics()]
      default: return [404, TEXT_TYPE, 'There are /livez, /readyz and /metrics here.\n']
    }
  }
  const server = createServer(requestTimes(), (request, response) => {
    request.resume()
    respond(request.url?.split('?')[0]).catch((): [number, string, string] => [500, TEXT_TYPE, 'This could not be collected.\n']).then(([status, type, body]) => {
      response.writeHead(status, { 'content-type': type }).end(body)
    }, () => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => { reject(explainListening(error, { host, port }, 'METRICS_PORT') as Error) })
    server.listen(port, host, resolve)
  })
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    tell: (more) => { told = more },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => { server.close(resolve) })
      server.closeAllConnections()
      await closed
    },
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'
const TEXT_TYPE = 'text/plain; charset=utf-8'
