import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { peerOf, type TrustedProxies } from './client-address.js'

export interface ConnectionLimits {
  /** Open at once from one address that is no proxy of ours. */
  perAddress: number
  /** Open at once from everywhere. */
  together: number
}

interface Connection { readonly address: string, readonly isProxys: boolean, readonly inWork: Set<IncomingMessage>, hasAsked: boolean }

/** How much is lost with a connection. Below the last of these it has nothing in work that somebody waits for. */
const WORTH = { neverAsked: 0, idle: 1, stillAsking: 2, inWork: 3 }
const LINGER_MS = 5_000

/** Bounds the connections that have not become WebSockets, by address and in all; where there are too many, those from which no request ever came go first, the oldest of them. */
export function guardConnections(server: Server, proxies: TrustedProxies, { perAddress, together }: ConnectionLimits): void {
  const connections = new Map<Socket, Connection>()
  const byAddress = new Map<string, Set<Socket>>()

  const leave = (socket: Socket): void => {
    const connection = connections.get(socket)
    if (connection === undefined) return
    connections.delete(socket)
    const here = byAddress.get(connection.address)
    here?.delete(socket)
    if (here?.size === 0) byAddress.delete(connection.address)
  }
  const worthOf = (socket: Socket): number => {
    const { inWork, hasAsked } = connections.get(socket) ?? { inWork: new Set<IncomingMessage>(), hasAsked: false }
    if (inWork.size === 0) return hasAsked ? WORTH.idle : WORTH.neverAsked
    return [...inWork].some(({ complete }) => complete) ? WORTH.inWork : WORTH.stillAsking
  }
  /** Closes the connection of these with which least is lost. False if that were too much. */
  const closeOneOf = (sockets: Iterable<Socket>, mostWorth: number): boolean => {
    let least: { socket: Socket, worth: number } | undefined
    for (const socket of sockets) {
      const worth = worthOf(socket)
      if (least === undefined || worth < least.worth) least = { socket, worth }
      if (worth === WORTH.neverAsked) break
    }
    if (least === undefined || least.worth > mostWorth) return false
    leave(least.socket)
    least.socket.destroy()
    return true
  }
  /** The address with most connections; proxies of ours come last. */
  const greatest = (): string | undefined => {
    const weight = (sockets: Set<Socket>): number => [...sockets].some((socket) => connections.get(socket)?.isProxys) ? 0 : sockets.size
    let most: { address: string, weight: number } | undefined
    for (const [address, sockets] of byAddress) {
      const heavy = weight(sockets)
      if (most === undefined || heavy > most.weight) most = { address, weight: heavy }
    }
    return most?.address
  }
  const hasPlaceFor = (address: string, isProxys: boolean): boolean => {
    const here = byAddress.get(address) ?? new Set()
    if (!isProxys && here.size >= perAddress && !closeOneOf(here, WORTH.stillAsking)) return false
    if (connections.size < together) return true
    const crowd = greatest()
    return closeOneOf(byAddress.get(crowd ?? '') ?? [], crowd === address ? WORTH.stillAsking : WORTH.inWork)
  }

  server.on('connection', (socket: Socket) => {
    const { address, isProxys } = peerOf(socket, proxies)
    if (!hasPlaceFor(address, isProxys)) { socket.destroy(); return }
    connections.set(socket, { address, isProxys, inWork: new Set(), hasAsked: false })
    byAddress.set(address, (byAddress.get(address) ?? new Set()).add(socket))
    socket.once('close', () => { leave(socket) })
  })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket)
    connection?.inWork.add(request)
    response.once('close', () => {
      connection?.inWork.delete(request)
      if (connection !== undefined) connection.hasAsked = true
    })
  })
  // WebSockets are counted at a door of their own; whoever was turned away there, or has said goodbye, does not stay either.
  server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
    leave(socket)
    socket.once('finish', () => { setTimeout(() => { socket.destroy() }, LINGER_MS).unref() })
  })
}
