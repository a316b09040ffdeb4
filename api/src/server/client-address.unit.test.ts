import { describe, expect, test } from 'vitest'
import { ANONYMOUS, type Identity } from '../auth/identity.js'
import { addressOf, NO_PROXY, readTrustedProxies } from './client-address.js'
import { TOKEN_IDS } from '../testing/token-book-under-test.js'
import { whoAsks } from './who-asks.js'

const from = (remoteAddress: string | undefined, forwarded?: string) => ({ headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, socket: { remoteAddress } })
const behind = (setting: string) => readTrustedProxies(setting) ?? expect.unreachable(`${setting} is a setting`)

describe('where a request comes from', () => {
  test.each([
    ['nobody is believed unless the setting says so', 'false', '10.0.0.1', '6.6.6.6', '10.0.0.1'],
    ['one proxy wrote the last entry, whatever the client said before', '1', '10.0.0.1', '6.6.6.6, 7.7.7.7, 192.0.2.9', '192.0.2.9'],
    ['true is one proxy', 'true', '10.0.0.1', '6.6.6.6, 192.0.2.9', '192.0.2.9'],
    ['two proxies wrote the last two', '2', '10.0.0.1', '6.6.6.6, 192.0.2.9, 10.0.0.2', '192.0.2.9'],
    ['more proxies than entries: the first entry', '5', '10.0.0.1', '192.0.2.9', '192.0.2.9'],
    ['proxies by address and network', '10.0.0.1, 10.2.0.0/16', '10.0.0.1', '10.0.0.1, 192.0.2.9, 10.2.3.4', '192.0.2.9'],
    ['who is no proxy of ours is not believed', '10.0.0.0/8', '192.0.2.9', '6.6.6.6', '192.0.2.9'],
    ['a network of IPv6', 'fd00::/8', 'fd00::1', '192.0.2.9', '192.0.2.9'],
    ['IPv4 in IPv6 is IPv4', '10.0.0.1', '::ffff:10.0.0.1', '::ffff:192.0.2.9', '192.0.2.9'],
    ['ports and brackets are no part of an address', '2', '10.0.0.1', '[2001:db8:1:2::7]:443, 10.0.0.2:8080', '2001:db8:1:2::/64'],
    ['what is no address is not one', '2', '10.0.0.1', 'unknown, _hidden', '10.0.0.1'],
    ['an empty header says nothing', '1', '10.0.0.1', '', '10.0.0.1'],
  ])('%s', (_what, setting, remote, forwarded, expected) => {
    expect(addressOf(from(remote, forwarded), behind(setting))).toBe(expected)
  })

  test('all addresses of one IPv6 network are one', () => {
    const seen = ['2001:db8:1:2::1', '2001:0DB8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2:0:0:0:0'].map((address) => addressOf(from(address), NO_PROXY))
    expect(new Set(seen)).toEqual(new Set(['2001:db8:1:2::/64']))
    expect(addressOf(from('::1'), NO_PROXY)).toBe('0:0:0:0::/64')
    expect(addressOf(from('fe80::1%eth0'), NO_PROXY)).toBe('fe80:0:0:0::/64')
  })

  test('a connection that is gone has none', () => {
    expect(addressOf(from(undefined, '6.6.6.6'), behind('1'))).toBe('unknown')
  })

  test.each(['yes', '17', '-1', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0', 'proxy.example', '10.0.0.1,', 'fd00::/129'])('%s is no setting', (setting) => {
    expect(readTrustedProxies(setting)).toBeUndefined()
  })
})

describe('whose share of the limits it is', () => {
  const manager = (sub: string): Identity => ({ role: 'MANAGER', claims: { role: 'MANAGER', sub, exp: 1, ...TOKEN_IDS } })
  const voter = (election: number, ref: string): Identity => ({ role: 'VOTER', claims: { role: 'VOTER', election, ref, unit: 'n1', channel: 'ONLINE', attributes: {}, exp: 1, ...TOKEN_IDS } })

  test('the holder\'s of a token from anywhere, else the address\'s', () => {
    expect(whoAsks(manager('ann'), '192.0.2.9')).toBe(whoAsks(manager('ann'), '192.0.2.10'))
    const different = [whoAsks(manager('ann'), 'a'), whoAsks(manager('bob'), 'a'), whoAsks({ role: 'CLERK', claims: { role: 'CLERK', sub: 'ann', exp: 1, ...TOKEN_IDS } }, 'a'), whoAsks(voter(1, 'x'), 'a'), whoAsks(voter(2, 'x'), 'a'), whoAsks(ANONYMOUS, 'a'), whoAsks(ANONYMOUS, 'b')]
    expect(new Set(different).size).toBe(7)
  })
})
