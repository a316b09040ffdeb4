import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { requestTimes } from './http-server.js'
import { explainListening } from './port-taken.js'

export interface WaitingRoom extends AsyncDisposable {}

const RETRY_AFTER_S = 3
const NOT_YET = 'LiveTally is not available yet. Try again soon; nothing that you have sent was taken. Who looks after it finds the reason in its log.'

/**
 * Stands on the API's port while the API must not work: it lives, and it is not ready. Clients meet the error that they know from
 * an API that cannot reach its ledger, so that they keep their votes and come again. Why, is not for everybody.
 */
export async function openWaitingRoom({ host, port }: { host: string, port: number }): Promise<WaitingRoom> {
  const server = createServer(requestTimes(), (request, response) => { answer(request, response) })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => { reject(explainListening(error, { host, port }) as Error) })
    server.listen(port, host, resolve)
  })
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => { server.close(resolve) })
      server.closeAllConnections()
      await closed
    },
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?')[0]
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close', 'retry-after': String(RETRY_AFTER_S) }).end(JSON.stringify(body))
  }
  // What a client still sends is of no use here, and must not be kept.
  request.resume()
  switch (path) {
    case '/livez': return send(200, { status: 'UP' })
    case '/readyz': return send(503, { status: 'DOWN' })
    default: return send(503, { errors: [{ message: NOT_YET, extensions: { code: 'UNAVAILABLE', retryAfterMs: RETRY_AFTER_S * 1_000 } }] })
  }
}
