import type { FastifyRequest } from 'fastify'
import { ApiError } from './errors.js'

/** Reads a JSON body of at most `mostBytes`. Throws BAD_USER_INPUT, with the HTTP status to answer with. */
export async function readJsonBody(request: FastifyRequest, payload: AsyncIterable<Buffer>, mostBytes: number): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge(mostBytes)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of payload) {
    bytes += chunk.length
    if (bytes > mostBytes) throw tooLarge(mostBytes)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks, bytes).toString('utf8'), undefined)
  } catch {
    throw new ApiError('BAD_USER_INPUT', 'The body of the request is not JSON.', { status: 400 })
  }
}

function tooLarge(mostBytes: number): ApiError {
  return new ApiError('BAD_USER_INPUT', `The body of a request may have at most ${mostBytes / 1024} KiB for you.`, { status: 413 })
}
