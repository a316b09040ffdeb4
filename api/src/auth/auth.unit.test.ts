import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { breakfastElection } from '../testing/breakfast-election.js'
import { tokenBookUnderTest, tokensUnderTest } from '../testing/token-book-under-test.js'
import { ANONYMOUS, expiryOf, identify, seesDraft, seesDrafts, seesHiddenResults, sightOf, type Identity } from './identity.js'
import { durationOf } from './lifetime.js'
import { enforceBinding, enforcePolicy } from './policy.js'
import { createTokens, tokenIdOf } from './tokens.js'
import { makeTokenKey, openTokenKey, sealTokenKey } from './token-key.js'
import { formatVotingCode, parseVotingCode, votingCodeOf } from './voting-code.js'

describe('a voting code', () => {
  test('is printed in groups of four and read back as it was made', () => {
    for (let round = 0; round < 200; round += 1) {
      const code = votingCodeOf(randomBytes(32))
      expect(formatVotingCode(code)).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
      expect(parseVotingCode(formatVotingCode(code))).toBe(code)
    }
  })

  test.each(['7kq2-m4xd-9trb', ' 7KQ2 M4XD 9TRB ', '7KQ2M4XD9TRB', '7KQ2–M4XD–9TRB', '7KQZ-M4XD-9TR8', '7KQ2−M4XD—9TRB', '7KQ2\u2011M4XD\ufe639TRB', '7KQ2-M4XD-9TRB', '\ufeff7KQ2\u00adM4XD\u200b9TRB\u200e', '“7KQ2 M4XD 9TRB”', "'7KQ2-M4XD-9TRB'",
    '７ＫＱ２－Ｍ４ＸＤ－９ＴＲＢ', '７ｋｑ２ーｍ４ｘｄー９ｔｒｂ', '７ＫＱ２　Ｍ４ＸＤ　９ＴＲＢ', '7KQ2/M4XD/9TRB', '7KQ2.M4XD.9TRB', '7KQ2·M4XD•9TRB', '(7KQ2) M4XD, 9TRB;', '«7KQ2‹M4XD›9TRB»', '7KQ2\u2012M4XD\u20149TRB', '7KQ2\u00a0M4XD\u202f9TRB', '7KQ2\u3164M4XD\u20609TRB\ufe0f',
    '7КQ2-М4ХD-9ТRВ', '7κq2-μ4χd-9τrβ', '٧KQ٢-M٤XD-٩TRB', '۷KQ۲-M۴XD-۹TRB', '\t7KQ2\r\nM4XD\n9TRB', '7_K_Q_2_M_4_X_D_9_T_R_B', '7KQ2_M4XD`9TRB´',
  ])('is forgiven typing it as %s', (typed) => {
    expect(parseVotingCode(typed)).toBe('7KQ2M4XD9TRB')
  })

  test.each(['', '7KQ2-M4XD', '7KQ2-M4XD-9TRB-9TRB', '7KQ2-M4XD-9TR?', '7KQ2-M4XD-9TRO', '7KQ2-M4XD-9TR0', '7KQ2-M4XD-9TRÉ', '7KQ2-M4XD-9TR\u0301', '0OIL-1S50-OOOO', 'A'.repeat(10_000), '\u200b'.repeat(60)])('is no code: %.20s', (typed) => {
    expect(parseVotingCode(typed)).toBeUndefined()
  })
})

describe('a token', () => {
  const book = tokenBookUnderTest()
  const tokens = createTokens(book)

  test('says who its holder is, again and again', async () => {
    const token = await tokens.issue({ role: 'INGEST', subject: 'lab' })
    for (let round = 0; round < 2; round += 1) expect(await tokens.verify(token)).toMatchObject({ ok: true, claims: { role: 'INGEST', sub: 'lab' } })
  })

  test('carries all that a voter needs to vote', async () => {
    const claims = { election: 7, ref: Buffer.alloc(32).toString('base64url'), unit: 'n1', channel: 'ONLINE', attributes: { age: 'wise' }, exp: 4_000_000_000 } as const
    expect(await tokens.verify(await tokens.issueVoter(claims))).toMatchObject({ ok: true, claims: { role: 'VOTER', ...claims } })
  })

  test('of another installation, a changed one and a made-up one are not valid', async () => {
    const foreign = await tokensUnderTest().issue({ role: 'MANAGER' })
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

describe('what becomes of a token', () => {
  const verified = async (tokens: ReturnType<typeof createTokens>, token: string) => (await tokens.verify(token)).ok

  test('each has an id of its own; staff\'s are on record with it, and never themselves', async () => {
    const book = tokenBookUnderTest()
    const tokens = createTokens(book)
    const token = await tokens.issue({ role: 'CLERK', subject: 'Clara', election: 7 })
    const other = await tokens.issue({ role: 'CLERK', subject: 'x'.repeat(300), expiresInSeconds: 60 })
    expect(book.records).toMatchObject([{ id: tokenIdOf(token), keyId: book.signing.id, role: 'CLERK', subject: 'Clara', election: 7 }, { id: tokenIdOf(other), subject: 'x'.repeat(200), election: null }])
    expect(tokenIdOf(token)).not.toBe(tokenIdOf(other))
    expect(JSON.stringify(book.records)).not.toContain(token.split('.')[2])
    expect((book.records[0]?.expiresAt.getTime() ?? 0) - Date.now(), 'twelve hours unless said').toBeCloseTo(12 * 3_600_000, -4)
    expect(['x.y.z', '', 'x'].map(tokenIdOf)).toEqual([undefined, undefined, undefined])
  })

  test('revoked, it is void, though it had been believed before; others are as they were', async () => {
    const book = tokenBookUnderTest()
    const tokens = createTokens(book)
    const [token, other] = [await tokens.issue({ role: 'MANAGER' }), await tokens.issue({ role: 'MANAGER' })]
    expect(await verified(tokens, token)).toBe(true)
    book.revoked.add(tokenIdOf(token) ?? '')
    expect(await tokens.verify(token)).toEqual({ ok: false, reason: 'REVOKED' })
    await expect(identify(tokens, `Bearer ${token}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringContaining('has been revoked') })
    expect(await verified(tokens, other)).toBe(true)
  })

  test('signed before the key was changed, it is good until that key is retired', async () => {
    const book = tokenBookUnderTest()
    const tokens = createTokens(book)
    const before = await tokens.issue({ role: 'MANAGER' })
    book.keys.push(makeTokenKey())
    const after = await tokens.issue({ role: 'MANAGER' })
    expect([await verified(tokens, before), await verified(tokens, after)]).toEqual([true, true])
    expect(JSON.parse(Buffer.from(after.split('.')[0] ?? '', 'base64url').toString())).toEqual({ alg: 'HS256', kid: book.signing.id })
    book.keys.shift()
    expect(await tokens.verify(before)).toEqual({ ok: false, reason: 'RETIRED' })
    expect(await createTokens(book).verify(before), 'where it was never believed').toEqual({ ok: false, reason: 'INVALID' })
    expect(await verified(tokens, after)).toBe(true)
  })

  test('while nobody can look it up, staff are told to come again, and voters go on', async () => {
    const book = tokenBookUnderTest()
    const tokens = createTokens(book)
    const staff = await tokens.issue({ role: 'AUDITOR' })
    const voter = await tokens.issueVoter({ election: 7, ref: Buffer.alloc(32).toString('base64url'), unit: 'n1', channel: 'ONLINE', attributes: {}, exp: 4_000_000_000 })
    book.isReadable = false
    expect(await tokens.verify(staff)).toEqual({ ok: false, reason: 'UNCHECKED' })
    await expect(identify(tokens, `Bearer ${staff}`)).rejects.toMatchObject({ code: 'UNAVAILABLE', extensions: { retryAfterMs: 2_000 } })
    expect(await verified(tokens, voter)).toBe(true)
    book.revoked.add(tokenIdOf(voter) ?? '')
    expect(await verified(tokens, voter), 'unless it is known to be revoked').toBe(false)
    book.isReadable = true
    expect(await verified(tokens, staff)).toBe(true)
  })
})

describe('a token that is for one election', () => {
  const { key } = breakfastElection()
  const holder = async (role: 'MANAGER' | 'AUDITOR' | 'INGEST', election?: number): Promise<Identity> => {
    const tokens = tokensUnderTest()
    return identify(tokens, `Bearer ${await tokens.issue({ role, ...(election === undefined ? {} : { election }) })}`)
  }

  test('changes that one alone', async () => {
    const [bound, free] = [await holder('MANAGER', key), await holder('MANAGER')]
    const changes = [{ id: `e${key}` }, { electionId: `e${key}` }, { input: { electionId: `e${key}` } }]
    const others = [{ id: `e${key + 1}` }, { electionId: `e${key}`, input: { electionId: `e${key + 1}` } }, { input: { electionId: `e${key + 1}` } }, { input: { definition: {} } }, {}, { id: 7 }, { input: null }]
    for (const args of changes) expect(() => { enforceBinding(bound, args) }).not.toThrow()
    for (const args of others) expect(() => { enforceBinding(bound, args) }, JSON.stringify(args)).toThrow('This token is for another election.')
    for (const args of [...changes, ...others]) for (const who of [free, ANONYMOUS]) expect(() => { enforceBinding(who, args) }).not.toThrow()
  })

  test('sees no draft and no hidden results of another', async () => {
    const [bound, free] = [await holder('AUDITOR', key), await holder('AUDITOR')]
    expect([seesDraft(bound, key), seesHiddenResults(bound, key), seesDraft(bound, key + 1), seesHiddenResults(bound, key + 1), seesDrafts(bound)]).toEqual([true, true, false, false, false])
    expect([seesDraft(free, key + 1), seesHiddenResults(free, key + 1), seesDrafts(free)]).toEqual([true, true, true])
    expect(seesDraft(await holder('INGEST', key), key)).toBe(false)
  })

  test('and is told apart where answers are shared', async () => {
    const sights = [await holder('AUDITOR'), await holder('AUDITOR', key), await holder('AUDITOR', key + 1), ANONYMOUS].map(sightOf)
    expect(new Set(sights).size).toBe(4)
    expect(sightOf(await holder('INGEST'))).toBe(sightOf(ANONYMOUS))
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

test('a key rests sealed: it is opened with the master key and its own id alone', () => {
  const [masterKey, key] = [Buffer.alloc(32, 7), makeTokenKey()]
  const sealed = sealTokenKey(masterKey, key)
  expect(openTokenKey(masterKey, { id: key.id, sealed })).toEqual(key)
  expect(sealed.includes(Buffer.from(key.secret))).toBe(false)
  expect(openTokenKey(Buffer.alloc(32, 8), { id: key.id, sealed })).toBeUndefined()
  expect(openTokenKey(masterKey, { id: 'other', sealed })).toBeUndefined()
  expect(openTokenKey(masterKey, { id: key.id, sealed: sealed.subarray(0, 20) })).toBeUndefined()
})
