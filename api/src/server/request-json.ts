import { ApiError, badInput } from './errors.js'
import { isNestedTooDeep, MOST_JSON_DEPTH } from './json-depth.js'
import { hasNul, NUL_SENTENCE } from './nul.js'

/** Reads JSON of a client. Throws BAD_USER_INPUT, status 400, for what is none, too deep, or holds what no database can. `what` begins the sentence. */
export function readJson(text: string, what: string): unknown {
  if (isNestedTooDeep(text)) throw new ApiError('BAD_USER_INPUT', `${what} may hold lists and objects at most ${MOST_JSON_DEPTH} deep within each other.`, { status: 400 })
  const value = parse(text, what)
  if (text.includes('u0000') && hasNul(value)) throw badInput(NUL_SENTENCE)
  return value
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError('BAD_USER_INPUT', `${what} is not JSON.`, { status: 400 })
  }
}
