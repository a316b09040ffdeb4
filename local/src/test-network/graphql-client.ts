import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

export type Variables = Record<string, unknown>

export type GraphqlError = { readonly message: string, readonly path?: readonly (string | number)[] | undefined, readonly extensions?: Readonly<Record<string, unknown>> | undefined }

/** What the API answered instead of data. `code` is the first error's, such as `UNAUTHENTICATED`. */
export class GraphqlFailure extends Error {
  override readonly name = 'GraphqlFailure'
  readonly code: string | undefined

  constructor(readonly errors: readonly GraphqlError[], readonly status: number | undefined) {
    super(errors.map(({ message }) => message).join('; '))
    const code = errors[0]?.extensions?.['code']
    this.code = typeof code === 'string' ? code : undefined
  }
}

type Answer<Data> = { data?: Data | null, errors?: readonly GraphqlError[] }

/** Sends one document over HTTP and returns its data. Throws `GraphqlFailure`, or what `fetch` throws if nobody answers. */
export async function postGraphql<Data>(url: string, document: string, variables: Variables, token: string | undefined): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query: document, variables }),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await response.text()
  const answer = parseAnswer<Data>(text, response.status)
  if (answer.errors !== undefined && answer.errors.length > 0) throw new GraphqlFailure(answer.errors, response.status)
  if (answer.data === undefined || answer.data === null) throw new GraphqlFailure([{ message: `No data: ${text.slice(0, 200)}` }], response.status)
  return answer.data
}

function parseAnswer<Data>(text: string, status: number): Answer<Data> {
  try {
    return JSON.parse(text) as Answer<Data>
  } catch {
    throw new GraphqlFailure([{ message: `HTTP ${status}: ${text.slice(0, 200)}` }], status)
  }
}

export type Stream<Data> = AsyncIterableIterator<Data> & { close: () => Promise<void> }

/** Opens a subscription on a connection of its own, which ends with the iteration. Yields data; throws on errors and when cut off. */
export function openStream<Data>(url: string, document: string, variables: Variables, token: string | undefined): Stream<Data> {
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(token === undefined ? {} : { connectionParams: { authorization: `Bearer ${token}` } }),
  })
  const results = client.iterate<Data>({ query: document, variables })
  async function* unwrap(): AsyncGenerator<Data, undefined> {
    try {
      for await (const { data, errors } of results) {
        if (errors !== undefined && errors.length > 0) throw new GraphqlFailure(errors, undefined)
        if (data !== undefined && data !== null) yield data
      }
    } finally {
      await client.dispose()
    }
    return undefined
  }
  const stream = unwrap()
  const close = async () => {
    // A generator that waits for its next message cannot be returned: the connection goes first.
    await client.dispose()
    await stream.return(undefined).catch(() => undefined)
  }
  return Object.assign(stream, { close })
}
