import { randomUUID } from 'node:crypto'
import { isAboutTheServer } from '@livetally/core/store'
import { RevisionGoneError } from '@livetally/core/election'
import { GraphQLError } from 'graphql/index.js'
import type { Logger } from 'pino'
import { ApiError, ERROR_CODES, unavailable, type ErrorCode } from './errors.js'
import { describeRequestError } from './request-error.js'

/** Turns anything that went wrong into what a client may read. */
export type Masking = (error: unknown) => GraphQLError

/**
 * What is meant for the client passes; faults of the request are told without what it contained; a database that cannot be
 * reached is said to be away; everything else becomes an id, under which the log has the whole of it.
 */
export function createMasking(logger: Logger): Masking {
  const masked = new WeakSet<GraphQLError>()
  const mask = (error: unknown): GraphQLError => {
    const located = error instanceof GraphQLError ? error : undefined
    const cause = rootCause(error)
    if (cause instanceof ApiError) return placed(located, cause.message, cause.code, cause.extensions)
    const request = located === undefined ? undefined : describeRequestError(located)
    if (request !== undefined) return placed(located, request, 'BAD_USER_INPUT')
    if (cause instanceof RevisionGoneError) return placed(located, 'These results were replaced while they were read. Ask again.', 'UNAVAILABLE', { retryAfterMs: 100 })
    const id = randomUUID()
    if (isAboutTheServer(cause)) {
      logger.warn({ err: cause, errorId: id, path: located?.path }, 'The database could not be asked.')
      const away = unavailable('The service cannot reach its database at present. Try again shortly.')
      return placed(located, away.message, 'UNAVAILABLE', { ...away.extensions, id })
    }
    logger.error({ err: cause, errorId: id, path: located?.path }, 'A request failed for a reason of ours.')
    return placed(located, `Something went wrong on our side. Report it as ${id}.`, 'INTERNAL_SERVER_ERROR', { id })
  }
  return (error) => {
    if (error instanceof GraphQLError && masked.has(error)) return error
    const told = mask(error)
    masked.add(told)
    return told
  }
}

function placed(located: GraphQLError | undefined, message: string, code: ErrorCode, extensions: Readonly<Record<string, unknown>> = {}): GraphQLError {
  return new GraphQLError(message, {
    extensions: { ...extensions, code: ERROR_CODES.includes(code) ? code : 'INTERNAL_SERVER_ERROR' },
    ...(located?.path === undefined ? {} : { path: located.path }),
    ...(located?.nodes === undefined ? {} : { nodes: located.nodes }),
    ...(located?.source === undefined ? {} : { source: located.source }),
    ...(located?.positions === undefined ? {} : { positions: located.positions }),
  })
}

/** What a resolver threw, under the places that graphql-js has noted on it. */
function rootCause(error: unknown): unknown {
  let cause = error
  while (cause instanceof GraphQLError && !(cause instanceof ApiError) && cause.originalError !== undefined) cause = cause.originalError
  return cause
}
