import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { breakfastMasterKey } from '../testing/breakfast-election.js'
import { ANONYMOUS, expiryOf, identify } from './identity.js'
import { durationOf } from './lifetime.js'
import { enforcePolicy } from './policy.js'
import { createTokens } from './tokens.js'
import { formatVotingCode, parseVotingCode, votingCodeOf } from './voting-code.js'

describe('a voting code', () => {
  test('is printed in groups of four and read back as it was made', () => {
    for (let round = 0; round < 200; round += 1) {
      const code = votingCodeOf(randomBytes(32))
      expect(formatVotingCode(code)).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
      expect(parseVotingCode(formatVotingCode(code))).toBe(code)
    }
  })

  test.each(['7kq2-m4xd-9trb', ' 7KQ2 M4XD 9TRB ', '7KQ2M4XD9TRB', '7KQ2–M4XD–9TRB', '7KQZ-M4XD-9TR8', '7KQ2−M4XD—9TRB', '7KQ2\u2011M4XD\ufe639TRB', '7KQ2-M4XD-9TRB', '\ufeff7KQ2\u00adM4XD\u200b9TRB\u200e', '“7KQ2 M4XD 9TRB”', "'7KQ2-M4XD-9TRB'"])('is forgiven typing it as %s', (typed) => {
    expect(parseVotingCode(typed)).toBe('7KQ2M4XD9TRB')
  })

  test.each(['', '7KQ2-M4XD', '7KQ2-M4XD-9TRB-9TRB', '7KQ2-M4XD-9TR?', 'A'.repeat(10_000)])('is no code: %.20s', (typed) => {
    expect(parseVotingCode(typed)).toBeUndefined()
  })
})

describe('a token', () => {
  const tokens = createTokens(breakfastMasterKey)

  test('says who its holder is, again and again', async () => {
    const token = await tokens.issue({ role: 'INGEST', subject: 'lab' })
    for (let round = 0; round < 2; round += 1) expect(await tokens.verify(token)).toMatchObject({ ok: true, claims: { role: 'INGEST', sub: 'lab' } })
  })

  test('carries all that a voter needs to vote', async () => {
    const claims = { election: 7, ref: Buffer.alloc(32).toString('base64url'), unit: 'n1', channel: 'ONLINE', attributes: { age: 'wise' }, exp: 4_000_000_000 } as const
    expect(await tokens.verify(await tokens.issueVoter(claims))).toMatchObject({ ok: true, claims: { role: 'VOTER', ...claims } })
  })

  test('of another installation, a changed one and a made-up one are not valid', async () => {
    const foreign = await createTokens(Buffer.alloc(32, 3)).issue({ role: 'MANAGER' })
    const [head, , signature] = (await tokens.issue({ role: 'INGEST' })).split('.')
    const raised = Buffer.from(JSON.stringify({ role: 'MANAGER', sub: 'x', iss: 'livetally', exp: 4_000_000_000 })).toString('base64url')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${raised}.`
    for (const token of [foreign, `${head}.${raised}.${signature}`, unsigned, 'x.y.z', '']) expect(await tokens.verify(token)).toEqual({ ok: false, reason: 'INVALID' })
  })

  test('is told from one that has expired', async () => {
    expect(await tokens.verify(await tokens.issue({ role: 'MANAGER', expiresInSeconds: -1 }))).toEqual({ ok: false, reason: 'EXPIRED' })
  })

  test('is read from an authorization, and nobody is anybody without one', async () => {
    expect(await identify(tokens, undefined)).toBe(ANONYMOUS)
    expect(expiryOf(ANONYMOUS)).toBeUndefined()
    expect((await identify(tokens, `Bearer ${await tokens.issue({ role: 'CLERK' })}`)).role).toBe('CLERK')
    for (const authorization of ['Basic abc', 'Bearer', 'Bearer x.y.z', 42]) await expect(identify(tokens, authorization)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})

describe('a policy', () => {
  test('lets in whom it names and nobody else; none lets nobody in', () => {
    expect(() => { enforcePolicy(['MANAGER'], 'MANAGER') }).not.toThrow()
    expect(() => { enforcePolicy('EVERYBODY', 'ANONYMOUS') }).not.toThrow()
    expect(() => { enforcePolicy(['MANAGER'], 'CLERK') }).toThrow('The role CLERK may not do this.')
    expect(() => { enforcePolicy(['MANAGER'], 'ANONYMOUS') }).toThrow('This needs a token')
    expect(() => { enforcePolicy(undefined, 'MANAGER') }).toThrow('may not do this')
  })
})

test.each([['12h', 43_200], ['30d', 2_592_000], ['1y', 31_536_000], ['0d', undefined], ['d', undefined], ['30 days', undefined]])('a lifetime of %s is %s seconds', (text, seconds) => {
  expect(durationOf(text)).toBe(seconds)
})
