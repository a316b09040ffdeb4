import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A way to a server that can be broken as networks break. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** Connections open now. */
  readonly open: number
  /** Resets every open connection; new ones go through. */
  cut(): void
  /** Half-open: nothing passes on the open connections ever again, and nobody is told. New ones go through. */
  strand(): void
  /** Nothing passes until `resume`, on open connections and new ones alike; nothing that was sent is lost. */
  hold(): void
  resume(): void
}

interface Link { client: Socket, server: Socket, isStranded: boolean }

/** Listens on a free port of 127.0.0.1, or on the one given, and passes everything on to `target`. */
export async function startTcpProxy(target: { port: number, host?: string }, port = 0): Promise<TcpProxy> {
  const links = new Set<Link>()
  let isHeld = false

  const join = ({ client, server }: Link): void => {
    client.pipe(server)
    server.pipe(client)
  }
  const part = ({ client, server }: Link): void => {
    client.unpipe(server)
    server.unpipe(client)
    client.pause()
    server.pause()
  }
  const accept = (client: Socket): void => {
    const server = connect({ host: target.host ?? '127.0.0.1', port: target.port, noDelay: true })
    const link = { client, server, isStranded: false }
    client.setNoDelay(true)
    links.add(link)
    for (const [side, other] of [[client, server], [server, client]] as const) {
      side.on('error', () => undefined)
      side.once('close', () => {
        // Who is stranded never hears of the other's end.
        if (!link.isStranded) other.resetAndDestroy()
        if (client.destroyed && server.destroyed) links.delete(link)
      })
    }
    if (isHeld) part(link)
    else join(link)
  }
  const server = createServer({ allowHalfOpen: false }, accept)
  const listening = await listen(server, port)
  return {
    port: listening,
    get open() { return links.size },
    cut() {
      for (const { client, server: far } of links) {
        client.resetAndDestroy()
        far.resetAndDestroy()
      }
    },
    strand() {
      for (const link of links) {
        link.isStranded = true
        part(link)
      }
    },
    hold() {
      isHeld = true
      for (const link of links) part(link)
    },
    resume() {
      // What flows already would flow twice.
      if (!isHeld) return
      isHeld = false
      for (const link of links) if (!link.isStranded) join(link)
    },
    async [Symbol.asyncDispose]() {
      for (const { client, server: far } of links) {
        client.destroy()
        far.destroy()
      }
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
