import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Whether what came from `address` came from a proxy of ours; `hop` 0 is who opened the connection, 1 who was before that. */
export type TrustedProxies = (address: string, hop: number) => boolean

export const NO_PROXY: TrustedProxies = () => false

const MOST_HOPS = 16

/**
 * Reads the setting TRUST_PROXY: `false`, a number of proxies (`true` is one), or the proxies' addresses and networks
 * (`10.0.0.7, 10.1.0.0/16, fd00::/8`). Undefined if it is none of these.
 */
export function readTrustedProxies(setting: string): TrustedProxies | undefined {
  const text = setting.trim().toLowerCase()
  if (text === '' || text === 'false') return NO_PROXY
  const hops = text === 'true' ? 1 : /^\d+$/.test(text) ? Number(text) : undefined
  if (hops !== undefined) return hops > MOST_HOPS ? undefined : (_address, hop) => hop < hops
  return readNetworks(text.split(',').map((part) => part.trim()))
}

function readNetworks(parts: readonly string[]): TrustedProxies | undefined {
  const networks = new BlockList()
  for (const part of parts) {
    const [address = '', prefix, ...more] = part.split('/')
    const version = isIP(address)
    const bits = version === 4 ? 32 : 128
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1
    if (version === 0 || more.length > 0 || length < 0 || length > bits) return undefined
    networks.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6')
  }
  return (address) => isIP(address) !== 0 && networks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}

/**
 * Where a request comes from, as limits count it: an IPv4 address, or the /64 network of an IPv6 address, since whoever has
 * one address there has all of them. X-Forwarded-For is read from the right, for as long as a proxy of ours wrote it: what
 * stands further left is whatever the client liked to say.
 */
export function addressOf({ headers, socket }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } }, isTrusted: TrustedProxies): string {
  let address = plain(socket.remoteAddress ?? '')
  if (address === undefined) return 'unknown'
  const said = [headers['x-forwarded-for'] ?? []].flat().join(',')
  for (const [hop, text] of said.split(',').toReversed().entries()) {
    if (!isTrusted(address, hop)) break
    const before = plain(text)
    if (before === undefined) break
    address = before
  }
  return networkOf(address)
}

/** Who opened a connection, before anything was said: the address as limits count it, and whether it is a proxy of ours, from which many come. */
export function peerOf({ remoteAddress }: { remoteAddress?: string | undefined }, isTrusted: TrustedProxies): { address: string, isProxys: boolean } {
  const address = plain(remoteAddress ?? '')
  return address === undefined ? { address: 'unknown', isProxys: false } : { address: networkOf(address), isProxys: isTrusted(address, 0) }
}

/** One spelling for each address: no port, no brackets, no zone, IPv4 as such where IPv6 wraps it. Undefined if it is none. */
function plain(text: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text.trim())?.[1] ?? text.trim().replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  const address = bare.replace(/%.*$/, '')
  if (isIP(address) !== 6) return isIP(address) === 4 ? address : undefined
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const wrapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical)
  if (wrapped === null) return canonical
  return wrapped.slice(1).flatMap((pair) => [Number.parseInt(pair, 16) >> 8, Number.parseInt(pair, 16) & 255]).join('.')
}

function networkOf(address: string): string {
  if (isIP(address) === 4) return address
  const [left = '', right] = address.split('::')
  const before = left === '' ? [] : left.split(':')
  const after = right === undefined || right === '' ? [] : right.split(':')
  const groups = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after]
  return `${groups.slice(0, 4).join(':')}::/64`
}
