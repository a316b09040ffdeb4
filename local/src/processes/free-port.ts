import { createServer } from 'node:net'
import { randomInt } from 'node:crypto'

const lowest = 15_000
const highest = 29_999

/** Whether a TCP port of this host can be listened on now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/**
 * Finds a free port on 127.0.0.1, below the range that outgoing connections take theirs from. A port of
 * that range may be lost while its server restarts: a client that dials it over and over can even be given
 * it as its own, and then holds a connection with itself.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(lowest, highest + 1)
    if (await isPortFree(port)) return port
  }
  throw new Error(`No free port between ${lowest} and ${highest}`)
}
