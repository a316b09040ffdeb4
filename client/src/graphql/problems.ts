import type { CombinedError } from '@urql/vue'

/** Why an answer did not come: no way to the server, the server cannot at present, it will not, or something else. */
export type Problem = 'offline' | 'unavailable' | 'forbidden' | 'unauthenticated' | 'not-found' | 'refused' | 'unknown'

/** Why the server will not, as `extensions.reason` of the first error says; undefined where it says nothing. */
export function reasonOf(error: CombinedError): string | undefined {
  const reason = error.graphQLErrors[0]?.extensions['reason']
  return typeof reason === 'string' ? reason : undefined
}

/** Reads the first error's code (see the API's error codes); a network failure has none. */
export function problemOf(error: CombinedError): Problem {
  const code = error.graphQLErrors[0]?.extensions['code']
  switch (code) {
    case 'UNAUTHENTICATED': return 'unauthenticated'
    case 'FORBIDDEN': return 'forbidden'
    case 'NOT_FOUND': return 'not-found'
    case 'BAD_USER_INPUT': return 'refused'
    case 'UNAVAILABLE':
    case 'RATE_LIMITED': return 'unavailable'
    default: return error.networkError === undefined ? 'unknown' : 'offline'
  }
}
