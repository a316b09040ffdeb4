import type { FastifyReply } from 'fastify'
import { ApiError } from './errors.js'
import type { Masking } from './masking.js'

const STATUS: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 400, UNAUTHENTICATED: 401, FORBIDDEN: 403, NOT_FOUND: 404, RATE_LIMITED: 429, UNAVAILABLE: 503, INTERNAL_SERVER_ERROR: 500,
}

/** A request that did not get as far as GraphQL is answered in GraphQL's form nevertheless. */
export function refuse(reply: FastifyReply, error: unknown, masking: Masking, countError: (code: string) => void): FastifyReply {
  const { extensions: { status, ...extensions } = {}, ...masked } = masking(unreadable(error) ?? error).toJSON()
  const code = String(extensions['code'])
  const retryAfterMs = extensions['retryAfterMs']
  countError(code)
  if (typeof retryAfterMs === 'number') void reply.header('retry-after', Math.ceil(retryAfterMs / 1_000))
  return reply.code(typeof status === 'number' ? status : STATUS[code] ?? 500).type('application/json; charset=utf-8').send({ errors: [{ ...masked, extensions }] })
}

/** Fastify's own refusals (a media type it does not know, a broken address) are the client's faults. */
function unreadable(error: unknown): ApiError | undefined {
  const status = error instanceof Error && !(error instanceof ApiError) && 'statusCode' in error ? error.statusCode : undefined
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined
  return new ApiError('BAD_USER_INPUT', 'This request cannot be read. Send GraphQL as JSON, with `content-type: application/json`.', { status })
}
