import type { FastifyRequest } from 'fastify'
import { ApiError } from './errors.js'
import { readJson } from './request-json.js'

/** Whoever sends more than this is cut off; less is read to its end, so that the client gets to hear why it was refused. */
const MOST_BYTES_HEARD_OUT = 32 * 1024 * 1024

/** Reads a JSON body of at most `mostBytes`. Throws BAD_USER_INPUT, with the HTTP status to answer with. */
export async function readJsonBody(request: FastifyRequest, payload: AsyncIterable<Buffer>, mostBytes: number): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES_HEARD_OUT) throw tooLarge(mostBytes)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of untilItBreaksOff(payload)) {
    bytes += chunk.length
    if (bytes > MOST_BYTES_HEARD_OUT) break
    if (bytes <= mostBytes) chunks.push(chunk)
  }
  if (bytes > mostBytes) throw tooLarge(mostBytes)
  return readJson(Buffer.concat(chunks, bytes).toString('utf8'), 'The body of the request')
}

/** Bodies are read as they are: what unpacks to a thousand times its size is not unpacked. */
export function refusePacked({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? ''
  if (encoding === '' || encoding === 'identity') return
  throw new ApiError('BAD_USER_INPUT', 'Send the body as it is, without `content-encoding`: compressed bodies are not unpacked here.', { status: 415 })
}

/** A client that vanishes while it speaks is no fault of ours, and no database that is away. */
async function* untilItBreaksOff(payload: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* payload
  } catch {
    throw new ApiError('BAD_USER_INPUT', 'The body of the request broke off.', { status: 400 })
  }
}

function tooLarge(mostBytes: number): ApiError {
  return new ApiError('BAD_USER_INPUT', `The body of a request may have at most ${mostBytes / 1024} KiB for you.`, { status: 413 })
}
