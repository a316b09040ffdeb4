import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'
import { ApiFailure } from './api-failure.js'
import { withRetry, type Attempt, type RetrySettings } from './retry.js'

export interface ApiClient extends AsyncDisposable {
  /** The GraphQL endpoint, e.g. `http://localhost:4000/graphql`. */
  readonly endpoint: string
  readonly token: string | undefined
  /**
   * One GraphQL operation; resolves with `data` as the document asked for it. Connection errors, 5xx, UNAVAILABLE and
   * RATE_LIMITED are tried again with the very same variables (and so the same idempotency keys). Throws ApiFailure.
   */
  request<T>(document: string, variables?: Record<string, unknown>): Promise<T>
  /** The same connections under another identity. Disposing of it leaves them open. */
  withToken(token: string | undefined): ApiClient
}

export interface ApiClientOptions {
  /** Base address of the system, e.g. `http://localhost:4000`. */
  url: string
  token?: string
  connections?: number
  /** How long one request is tried, in ms. */
  giveUpAfterMs?: number
  /** How long one attempt may wait for its answer, in ms (default 30 s). */
  answerWithinMs?: number
  onRetry?: (error: Error, count: number) => void
}

interface GraphQLAnswer { data?: unknown, errors?: { message: string, extensions?: { code?: string } }[] }

const RETRIED_CODES = new Set(['UNAVAILABLE', 'RATE_LIMITED'])

export function createApiClient(options: ApiClientOptions): ApiClient {
  const base = new URL(options.url)
  const path = `${base.pathname.replace(/\/$/, '').replace(/\/graphql$/, '')}/graphql`
  const { answerWithinMs = 30_000 } = options
  const pool = new Pool(base.origin, { connections: options.connections ?? 16, connect: { timeout: Math.min(5_000, answerWithinMs) }, headersTimeout: answerWithinMs, bodyTimeout: answerWithinMs })
  const settings: RetrySettings = { giveUpAfterMs: options.giveUpAfterMs ?? 60_000, firstPauseMs: 50, longestPauseMs: 2_000 }
  const ports = { now: () => performance.now(), pause: async (ms: number) => { await pause(ms) }, chance: Math.random }

  const clientFor = (token: string | undefined, dispose: () => Promise<void>): ApiClient => ({
    endpoint: base.origin + path,
    token,
    request: async <T>(document: string, variables: Record<string, unknown> = {}) => {
      const body = JSON.stringify({ query: document, variables })
      return await withRetry(() => post<T>(pool, path, token, body), settings, ports, options.onRetry)
    },
    withToken: (other) => clientFor(other, async () => {}),
    [Symbol.asyncDispose]: dispose,
  })
  return clientFor(options.token, () => pool.destroy())
}

async function post<T>(pool: Pool, path: string, token: string | undefined, body: string): Promise<Attempt<T>> {
  try {
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
    const response = await pool.request({ path, method: 'POST', headers, body })
    const text = await response.body.text()
    return judgeAnswer<T>(response.statusCode, text, secondsOf(response.headers['retry-after']))
  } catch (error) {
    return { ok: false, mayRetry: true, error: new ApiFailure('UNREACHABLE', reasonOf(error)) }
  }
}

/** What one HTTP answer means; exported for tests. */
export function judgeAnswer<T>(status: number, text: string, retryAfterSeconds?: number): Attempt<T> {
  const answer = parseAnswer(text)
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1_000 }
  const [first] = answer?.errors ?? []
  if (first !== undefined) {
    const code = first.extensions?.code ?? 'BAD_USER_INPUT'
    const mayRetry = RETRIED_CODES.has(code) || (status >= 500 && code === 'INTERNAL_SERVER_ERROR')
    const message = [...new Set((answer?.errors ?? []).map((error) => error.message))].join('; ')
    return { ok: false, mayRetry, error: new ApiFailure(code, message), ...wait }
  }
  if (status >= 500 || status === 429) return { ok: false, mayRetry: true, error: new ApiFailure(`HTTP_${status}`, `HTTP status ${status}`), ...wait }
  if (status >= 400) return { ok: false, mayRetry: false, error: new ApiFailure(`HTTP_${status}`, `HTTP status ${status}`) }
  if (answer?.data === undefined || answer.data === null) return { ok: false, mayRetry: false, error: new ApiFailure('NO_DATA', 'an answer that is not a GraphQL result') }
  return { ok: true, value: answer.data as T }
}

function parseAnswer(text: string): GraphQLAnswer | null {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? parsed : null
  } catch {
    return null
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message
  return error.message || error.name
}

function secondsOf(header: string | string[] | undefined): number | undefined {
  const seconds = Number(Array.isArray(header) ? header[0] : header)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 10) : undefined
}
