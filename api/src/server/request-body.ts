import type { FastifyRequest } from 'fastify'
import { ApiError, badInput } from './errors.js'
import { hasNul } from './nul.js'

/** Whoever sends more than this is cut off; less is read to its end, so that the client gets to hear why it was refused. */
const MOST_BYTES_HEARD_OUT = 32 * 1024 * 1024

/** Reads a JSON body of at most `mostBytes`. Throws BAD_USER_INPUT, with the HTTP status to answer with. */
export async function readJsonBody(request: FastifyRequest, payload: AsyncIterable<Buffer>, mostBytes: number): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES_HEARD_OUT) throw tooLarge(mostBytes)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of payload) {
    bytes += chunk.length
    if (bytes > MOST_BYTES_HEARD_OUT) break
    if (bytes <= mostBytes) chunks.push(chunk)
  }
  if (bytes > mostBytes) throw tooLarge(mostBytes)
  const text = Buffer.concat(chunks, bytes).toString('utf8')
  const body = parse(text)
  if (text.includes('u0000') && hasNul(body)) throw badInput('Text must not contain the character U+0000.')
  return body
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError('BAD_USER_INPUT', 'The body of the request is not JSON.', { status: 400 })
  }
}

function tooLarge(mostBytes: number): ApiError {
  return new ApiError('BAD_USER_INPUT', `The body of a request may have at most ${mostBytes / 1024} KiB for you.`, { status: 413 })
}
