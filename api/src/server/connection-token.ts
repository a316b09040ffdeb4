/**
 * The authorization that a client sent with `connection_init`: as `authorization`, or under `headers` as if it were HTTP,
 * in any case. What is there and is no text is returned as it is, for it must be refused, not overlooked; undefined where there is none.
 */
export function authorizationOf(params: Readonly<Record<string, unknown>> | undefined): unknown {
  const direct = named(params)
  return direct === undefined ? named(params?.['headers']) : direct
}

function named(params: unknown): unknown {
  if (typeof params !== 'object' || params === null) return undefined
  const found = Object.entries(params).find(([name, value]) => name.toLowerCase() === 'authorization' && value !== undefined && value !== null)
  return found?.[1]
}
