/** A request that got no usable answer: the system was out of reach, or refused the request as such. */
export class ApiFailure extends Error {
  /** `UNREACHABLE`, `HTTP_502`, … or the GraphQL error code: `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND`, … */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'ApiFailure'
    this.code = code
  }
}

/** The sentence that a person at a terminal needs. */
export function sentenceFor(failure: ApiFailure, url: string): string {
  switch (failure.code) {
    case 'UNREACHABLE': return `${url} does not answer (${failure.message}). Is the system running?`
    case 'UNAUTHENTICATED': return `${url} does not accept the token: ${failure.message}`
    case 'FORBIDDEN': return `The token may not do this: ${failure.message}`
    default: return `${url} answered: ${failure.message} (${failure.code})`
  }
}
