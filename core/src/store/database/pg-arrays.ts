/**
 * Postgres array literals, written by hand: the driver's own encoding of arrays cost more than everything else in a cast
 * (it walks and escapes every element). Numbers, UUIDs and hex need no escaping.
 */
export const plainArray = (elements: readonly (string | number)[]): string => `{${elements.join(',')}}`

export const byteaArray = (elements: readonly Buffer[]): string =>
  elements.length === 0 ? '{}' : `{"\\\\x${elements.map((bytes) => bytes.toString('hex')).join('","\\\\x')}"}`

export const textArray = (elements: readonly string[]): string =>
  elements.length === 0 ? '{}' : `{"${elements.map((text) => text.replace(/[\\"]/g, '\\$&')).join('","')}"}`

/** Numbers; undefined becomes NULL. */
export const numberArray = (elements: readonly (number | undefined)[]): string => `{${elements.map((element) => element ?? 'NULL').join(',')}}`

/** Instants as milliseconds since 1970; undefined becomes NULL. */
export const instantArray = (elements: readonly (number | undefined)[]): string =>
  `{${elements.map((ms) => ms === undefined ? 'NULL' : `"${new Date(ms).toISOString()}"`).join(',')}}`
