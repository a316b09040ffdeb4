import type { FastifyRequest } from 'fastify'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { readJsonBody } from './request-body.js'

const KIB = 1024
const MIB = KIB * KIB
const MOST = 64 * KIB
const request = (headers: Record<string, string> = {}) => ({ headers }) as unknown as FastifyRequest
const tooLarge = expect.objectContaining({ code: 'BAD_USER_INPUT', message: 'The body of a request may have at most 64 KiB for you.', extensions: { code: 'BAD_USER_INPUT', status: 413 } })

/** A client that sends pieces of so many bytes, and how many of them were taken. */
function client(bytes: number, pieces: number, piece = (): Buffer => Buffer.alloc(bytes, ' ')) {
  const sent = { pieces: 0 }
  async function* payload(): AsyncGenerator<Buffer> {
    for (; sent.pieces < pieces; sent.pieces += 1) yield piece()
  }
  return { sent, payload: payload() }
}

describe('the body of a request', () => {
  test('is read up to its bound, to the byte, in however many pieces it comes', async () => {
    const text = `"${'x'.repeat(MOST - 2)}"`
    async function* inPieces(whole: Buffer): AsyncGenerator<Buffer> {
      for (let at = 0; at < whole.length; at += 1_000) yield whole.subarray(at, at + 1_000)
    }
    expect(await readJsonBody(request(), inPieces(Buffer.from(text)), MOST)).toBe('x'.repeat(MOST - 2))
    await expect(readJsonBody(request(), inPieces(Buffer.from(` ${text}`)), MOST)).rejects.toEqual(tooLarge)
  })

  test('that is too large is heard to its end, so that the client gets to read why it was refused', async () => {
    const { sent, payload } = client(64 * KIB, 100)
    await expect(readJsonBody(request(), payload, MOST)).rejects.toEqual(tooLarge)
    expect(sent.pieces).toBe(100)
  })

  test('beyond 32 MiB is not heard out, whether it says so before or not', async () => {
    const endless = client(MIB, 1_000)
    await expect(readJsonBody(request(), endless.payload, MOST)).rejects.toEqual(tooLarge)
    expect(endless.sent.pieces).toBe(32)
    const announced = client(MIB, 1_000)
    await expect(readJsonBody(request({ 'content-length': String(32 * MIB + 1) }), announced.payload, MOST)).rejects.toEqual(tooLarge)
    expect(announced.sent.pieces).toBe(0)
    const honest = client(MIB, 32)
    await expect(readJsonBody(request({ 'content-length': String(32 * MIB) }), honest.payload, MOST)).rejects.toEqual(tooLarge)
    expect(honest.sent.pieces).toBe(32)
  })

  test('is in memory up to its bound, and nothing of it once it is beyond', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const pieces: WeakRef<Buffer>[] = []
    let kept = 0
    async function* payload(): AsyncGenerator<Buffer> {
      for (let at = 0; at < 200; at += 1) {
        // A buffer of its own for each: of a pool nothing is let go.
        const piece = Buffer.from(new ArrayBuffer(16 * KIB))
        pieces.push(new WeakRef(piece))
        yield piece
      }
      await new Promise((resolve) => { setImmediate(resolve) })
      collect()
      kept = pieces.filter((one) => one.deref() !== undefined).length
    }
    await expect(readJsonBody(request(), payload(), MOST)).rejects.toEqual(tooLarge)
    expect(kept, 'four make the bound; the last may still be at hand').toBeLessThanOrEqual(6)
  })

  test('that breaks off is a mistake of the client', async () => {
    async function* payload(): AsyncGenerator<Buffer> {
      yield Buffer.from('{"query":')
      throw new Error('aborted')
    }
    await expect(readJsonBody(request(), payload(), MOST)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', extensions: { status: 400 }, message: 'The body of the request broke off.' })
  })
})
