import { Client, fetchExchange, subscriptionExchange } from '@urql/vue'
import { shallowRef, type InjectionKey, type Ref, inject } from 'vue'
import { createCache } from './cache.js'
import { createLiveConnection, type LiveConnection } from './connection.js'
import { narrowServerClock, type ServerClock } from './server-clock.js'

/** All that the client knows of the server. */
export interface Server {
  /** Definitions, live messages and mutations, by way of the normalised cache. */
  client: Client
  /**
   * Details of results (tables, charts, lists, receipts), never cached: each answer belongs to one revision, and the
   * cache would mix fields of several under the same election.
   */
  details: Client
  connection: LiveConnection
  clock: Readonly<Ref<ServerClock | null>>
}

export const serverKey: InjectionKey<Server> = Symbol('server')

export function useServer(): Server {
  const server = inject(serverKey)
  if (server === undefined) throw new Error('The server is provided by main.ts')
  return server
}

/** `origin` such as `https://votes.example.org`; the endpoint is `/graphql` below it, for HTTP and for WebSocket. */
export function createServer({ origin, fetch = globalThis.fetch.bind(globalThis) }: { origin: string, fetch?: typeof globalThis.fetch }): Server {
  const clock = shallowRef<ServerClock | null>(null)
  const connection = createLiveConnection({ url: `${origin.replace(/^http/, 'ws')}/graphql` })
  const settings = { url: `${origin}/graphql`, preferGetMethod: false, fetch: withClock(fetch, clock) } as const
  const details = new Client({ ...settings, exchanges: [fetchExchange] })
  const client = new Client({
    ...settings,
    exchanges: [
      createCache(),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({ unsubscribe: connection.subscribe(request, {
            next: (result) => sink.next(result as Parameters<typeof sink.next>[0]),
            error: (error) => sink.error(error),
            complete: () => sink.complete(),
          }) }),
        }),
      }),
    ],
  })
  return { client, details, connection, clock }
}

/** Every answer's `Date` header narrows what is known of the server's clock. */
function withClock(fetch: typeof globalThis.fetch, clock: Ref<ServerClock | null>): typeof globalThis.fetch {
  return async (input, init) => {
    const sentAt = Date.now()
    const response = await fetch(input, init)
    const serverSecond = Date.parse(response.headers.get('date') ?? '')
    if (Number.isFinite(serverSecond)) {
      clock.value = narrowServerClock(clock.value, { sentAt, receivedAt: Date.now(), serverSecond })
    }
    return response
  }
}
