import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** Pages of which other origins may call the API from a browser. ANY: all, for what needs no token. */
export type AllowedOrigins = 'ANY' | ReadonlySet<string>

const REMEMBER_S = 86_400

/** Reads the setting ALLOWED_ORIGINS: `*`, `none`, or origins such as `https://results.example`. Undefined if it is none of these. */
export function readAllowedOrigins(setting: string): AllowedOrigins | undefined {
  const text = setting.trim()
  if (text === '' || text === '*') return 'ANY'
  if (text === 'none') return new Set()
  const origins = text.split(',').map((part) => part.trim().replace(/\/$/, ''))
  return origins.every((origin) => /^https?:\/\/[\w.:[\]-]+$/.test(origin) && partOf(origin, 'origin') === origin) ? new Set(origins) : undefined
}

/**
 * What tells a browser that a page of another origin may read an answer. Where all may, they may send any header but
 * `authorization`, which the star of the Fetch standard leaves out: tokens are for origins that are named.
 */
export function crossOriginHeaders(allowed: AllowedOrigins, { origin }: IncomingHttpHeaders): Record<string, string> {
  if (allowed === 'ANY') return { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after' }
  if (origin === undefined || !allowed.has(origin)) return { vary: 'Origin' }
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after', vary: 'Origin' }
}

/** What the question before the question (a preflight) is answered with, besides. */
export function preflightHeaders(allowed: AllowedOrigins): Record<string, string> {
  return {
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': allowed === 'ANY' ? '*' : 'authorization, content-type, *',
    'access-control-max-age': String(REMEMBER_S),
  }
}

/** Whether a WebSocket may be opened: by programs, by pages of this very host, and by pages of allowed origins. */
export function mayConnect(allowed: AllowedOrigins, { headers }: Pick<IncomingMessage, 'headers'>): boolean {
  if (allowed === 'ANY' || headers.origin === undefined || allowed.has(headers.origin)) return true
  return headers.host !== undefined && partOf(headers.origin, 'host') === headers.host.toLowerCase()
}

function partOf(text: string, part: 'host' | 'origin'): string {
  return URL.canParse(text) ? new URL(text)[part] : ''
}
