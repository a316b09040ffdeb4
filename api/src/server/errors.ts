// By its file: bundlers would take graphql's other copy (index.mjs), whose classes type-graphql and Apollo do not recognise.
import { GraphQLError } from 'graphql/index.js'

export const ERROR_CODES = ['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL_SERVER_ERROR'] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

/** A fault whose sentence is meant for the client. Everything else is masked (see `masking.ts`). */
export class ApiError extends GraphQLError {
  constructor(readonly code: ErrorCode, message: string, extensions: Readonly<Record<string, unknown>> = {}) {
    super(message, { extensions: { code, ...extensions } })
  }
}

export const badInput = (message: string): ApiError => new ApiError('BAD_USER_INPUT', message)
export const unauthenticated = (message: string): ApiError => new ApiError('UNAUTHENTICATED', message)
/** `reason` is a word for programs where there is more than one reason. */
export const forbidden = (message: string, reason?: string): ApiError => new ApiError('FORBIDDEN', message, reason === undefined ? {} : { reason })
export const notFound = (message: string): ApiError => new ApiError('NOT_FOUND', message)
export const rateLimited = (message: string, retryAfterMs: number): ApiError => new ApiError('RATE_LIMITED', message, { retryAfterMs: Math.ceil(retryAfterMs) })
/** Trying again later may help; `retryAfterMs` says when at the earliest. */
export const unavailable = (message: string, retryAfterMs = 1_000): ApiError => new ApiError('UNAVAILABLE', message, { retryAfterMs: Math.ceil(retryAfterMs) })
