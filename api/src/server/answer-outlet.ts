import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { addressOf, type TrustedProxies } from './client-address.js'

export interface AnswerLimits {
  /** Bytes of answers that the clients of one address may leave untaken. */
  perAddress: number
  /** Bytes that all of them together may. */
  together: number
  /** Whoever takes longer for an answer is cut off, however steadily it trickles. */
  withinMs: number
  /** Requests of a connection that may wait for the answer to the one before. */
  waiting: number
}

const MIB = 1024 * 1024
export const ANSWER_LIMITS: AnswerLimits = { perAddress: 32 * MIB, together: 96 * MIB, withinMs: 30_000, waiting: 8 }

interface Answer { readonly address: string, readonly bytes: number, readonly socket: Socket }

/** Holds few answers over HTTP that nobody takes: a connection has one request in work at a time, and who leaves too much for too long is cut off. */
export function boundAnswers(server: FastifyInstance, proxies: TrustedProxies, { perAddress, together, withinMs, waiting }: AnswerLimits = ANSWER_LIMITS): void {
  const untaken = new Map<ServerResponse, Answer>()
  const ofAddress = new Map<string, number>()
  const turns = new WeakMap<Socket, { last: Promise<void>, count: number }>()
  let all = 0

  const add = (address: string, bytes: number): void => {
    const now = (ofAddress.get(address) ?? 0) + bytes
    all += bytes
    if (now === 0) ofAddress.delete(address)
    else ofAddress.set(address, now)
  }
  const forget = (response: ServerResponse): void => {
    const answer = untaken.get(response)
    if (answer !== undefined && untaken.delete(response)) add(answer.address, -answer.bytes)
  }
  /** The oldest answer of the address is the one that is taken most slowly. */
  const cutOffOneOf = (address: string): void => {
    for (const [response, answer] of untaken) {
      if (answer.address !== address) continue
      forget(response)
      answer.socket.destroy()
      return
    }
  }

  server.addHook('onRequest', async ({ raw: { socket } }, reply) => {
    const turn = turns.get(socket) ?? { last: Promise.resolve(), count: 0 }
    turns.set(socket, turn)
    if (turn.count > waiting) socket.destroy()
    const before = turn.last
    turn.count += 1
    turn.last = ended(reply.raw).then(() => { turn.count -= 1 })
    if (turn.count > 1) await before
    // Whoever is gone is answered no more.
    if (socket.destroyed) reply.hijack()
  })
  server.addHook('onSend', async ({ raw }, { raw: response }, payload) => {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? Buffer.byteLength(payload) : 0
    if (bytes === 0 || raw.socket.destroyed) return payload
    const address = addressOf(raw, proxies)
    untaken.set(response, { address, bytes, socket: raw.socket })
    add(address, bytes)
    const impatience = setTimeout(() => { raw.socket.destroy() }, withinMs).unref()
    void ended(response).then(() => {
      clearTimeout(impatience)
      forget(response)
    })
    if ((ofAddress.get(address) ?? 0) > perAddress) cutOffOneOf(address)
    while (all > together) cutOffOneOf([...ofAddress].reduce((most, one) => one[1] > most[1] ? one : most)[0])
    return payload
  })
}

const ends = new WeakMap<ServerResponse, Promise<void>>()

/** Resolves once the network has all of it, or the client is gone. */
function ended(response: ServerResponse): Promise<void> {
  const known = ends.get(response)
  if (known !== undefined) return known
  // Compression and files listen for its end, too: together they are more than Node thinks usual.
  response.setMaxListeners(20)
  const end = new Promise<void>((resolve) => { response.once('finish', resolve).once('close', resolve) })
  ends.set(response, end)
  return end
}
