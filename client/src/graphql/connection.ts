import { createClient, type Client, type FormattedExecutionResult } from 'graphql-ws'
import { readonly, shallowRef, type Ref } from 'vue'

/** `idle`: nothing asked for it yet. `lost`: it was up or is being tried again; it is tried for ever. */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'lost'

export interface LiveConnection {
  readonly state: Readonly<Ref<ConnectionState>>
  /** The shape that urql's subscriptionExchange asks for. */
  subscribe(payload: SubscribePayload, sink: Sink): () => void
  dispose(): void
}

interface SubscribePayload { query?: string | undefined, variables?: object | undefined }
interface Sink {
  next(result: FormattedExecutionResult<Record<string, unknown>, unknown>): void
  error(error: unknown): void
  complete(): void
}

const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 8_000

/** Waits 0.25, 0.5, 1 … 8 s, each with up to half as much again by chance so that viewers do not return all at once. */
export function retryDelay(attempt: number, chance: number = Math.random()): number {
  const base = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt)
  return Math.round(base * (1 + chance / 2))
}

/**
 * One WebSocket for all subscriptions, tried again for ever. A subscription that takes an `after` variable is asked
 * for again with the newest revision it has delivered, so that nothing already shown is sent a second time.
 */
export function createLiveConnection({ url }: { url: string }): LiveConnection {
  const state = shallowRef<ConnectionState>('idle')
  const client: Client = createClient({
    url,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: waitToRetry,
    keepAlive: 10_000,
    connectionAckWaitTimeout: 10_000,
    on: {
      connecting: (isRetry) => { state.value = isRetry || state.value === 'lost' ? 'lost' : 'connecting' },
      connected: () => { state.value = 'connected' },
      closed: () => { state.value = 'lost' },
      ping: (received) => { if (!received) watchForPong() },
      pong: (received) => { if (received) clearTimeout(pongTimeout) },
    },
  })

  let pongTimeout: ReturnType<typeof setTimeout> | undefined
  /** A connection whose ping is not answered within 5 s is dead, whatever the socket says. */
  function watchForPong(): void {
    clearTimeout(pongTimeout)
    pongTimeout = setTimeout(() => client.terminate(), 5_000)
  }

  return {
    state: readonly(state),
    subscribe(payload, sink) {
      const resumable = createResumable(payload)
      return client.subscribe(resumable.payload, {
        next: (result) => {
          resumable.delivered(result.data)
          sink.next(result)
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      })
    },
    dispose: () => {
      clearTimeout(pongTimeout)
      void client.dispose()
    },
  }
}

/**
 * The payload is read again each time it is sent, so its variables are worked out anew: `after` is the newest
 * revision delivered so far. Documents without such a variable are sent as they are.
 */
export function createResumable(payload: SubscribePayload) {
  const query = payload.query ?? ''
  const takesAfter = /\$after\b/.test(query)
  let newest: number | null = null
  return {
    payload: {
      query,
      get variables(): Record<string, unknown> {
        return newest === null ? { ...payload.variables } : { ...payload.variables, after: newest }
      },
    },
    delivered(data: Record<string, unknown> | null | undefined): void {
      if (takesAfter) newest = revisionIn(data) ?? newest
    },
  }
}

function revisionIn(data: Record<string, unknown> | null | undefined): number | null {
  const root = Object.values(data ?? {})[0]
  if (typeof root !== 'object' || root === null || !('revision' in root)) return null
  return typeof root.revision === 'number' ? root.revision : null
}

async function waitToRetry(attempt: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, retryDelay(attempt))
    addEventListener('online', done, { once: true })
    function done(): void {
      clearTimeout(timer)
      removeEventListener('online', done)
      resolve()
    }
  })
}
