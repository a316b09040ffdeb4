import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestNetwork, type TestNetwork } from '@livetally/local/test-network'
import { WebSocket } from 'ws'
import { breakfastTown } from '../testing/breakfast-network.js'
import { tokenIdOf } from './tokens.js'

let network: TestNetwork
beforeAll(async () => { network = await createTestNetwork({ suite: 'tokens', workers: 0 }) })
afterAll(() => network?.[Symbol.asyncDispose]())

const token = (...args: string[]) => network.run('token', args)
const issue = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await token(...args)
  expect([code, stderr]).toEqual([0, ''])
  return stdout.trim()
}
const idOf = (issued: string): string => tokenIdOf(issued) ?? expect.unreachable('a token has an id')
const viewer = (issued: string) => network.graphql<{ viewer: { role: string, tokenId: string, expiresAt: string, election: { slug: string } | null } }>('{ viewer { role tokenId expiresAt election { slug } } }', {}, { token: issued }).then((answer) => answer.viewer)

/** A connection with a token and one subscription; resolves with its end. */
async function watch(issued: string, election: string): Promise<{ closed: Promise<{ code: number, at: number }>, messages: string[] }> {
  const socket = new WebSocket(`${network.apis[0]?.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const messages: string[] = []
  socket.on('message', (data) => {
    messages.push(String(data))
    if (messages.length === 1) socket.send(JSON.stringify({ id: 'a', type: 'subscribe', payload: { query: `subscription { electionResults(electionId: "${election}") { revision } }` } }))
  })
  socket.on('open', () => { socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${issued}` } })) })
  const closed = new Promise<{ code: number, at: number }>((resolve) => { socket.once('close', (code) => { resolve({ code, at: performance.now() }) }) })
  await expect.poll(() => messages.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2)
  expect(messages[1]).toContain('"type":"next"')
  return { closed, messages }
}

describe('npm run token', () => {
  test('issues a token that the system takes, for 12 hours unless said, for one election where that is said', async () => {
    const town = breakfastTown(network)
    const [own, other] = [await town.create({ slug: 'own-breakfast' }), await town.create({ slug: 'other-breakfast' })]
    const bound = await issue('--role', 'MANAGER', '--subject', 'Max', '--election', 'own-breakfast')
    const seen = await viewer(bound)
    expect(seen).toMatchObject({ role: 'MANAGER', tokenId: idOf(bound), election: { slug: 'own-breakfast' } })
    expect((Date.parse(seen.expiresAt) - Date.now()) / 1_000).toBeCloseTo(12 * 3_600, -2)
    const publish = (id: string) => network.graphql('mutation ($id: ID!) { publishElection(id: $id) { __typename } }', { id }, { token: bound })
    await expect(publish(other)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await publish(own)).toEqual({ publishElection: { __typename: 'ElectionPhaseChanged' } })
    const drafts = 'query ($id: ID!) { election(id: $id) { slug } }'
    expect(await network.graphql(drafts, { id: other }, { token: bound })).toEqual({ election: null })
  })

  test('lists tokens by their ids and never themselves, and makes one void everywhere within 10 seconds, open connections included', async () => {
    const election = await breakfastTown(network).open({ resultsVisibility: 'WHEN_RELEASED' })
    const [lost, kept] = [await network.issueToken({ role: 'AUDITOR', subject: 'Ada' }), await network.issueToken({ role: 'AUDITOR', subject: 'Bob\u001b[2J' })]
    const [watched, others] = [await watch(lost, election), await watch(kept, election)]
    expect(await token('revoke', idOf(lost))).toEqual({ code: 0, stdout: `${idOf(lost)} is void everywhere within 10 seconds.\n`, stderr: '' })
    const since = performance.now()
    const { code, at } = await watched.closed
    expect(code).toBe(4401)
    expect(at - since, `closed after ${Math.round(at - since)} ms`).toBeLessThan(10_000)
    await expect(viewer(lost)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(performance.now() - since).toBeLessThan(10_000)
    const { stdout: list } = await token('list')
    expect(list).toMatch(new RegExp(`${idOf(lost)} .*revoked`))
    expect(list).toMatch(new RegExp(`${idOf(kept)} +AUDITOR +Bob\\?\\[2J +all .*Z$`, 'm'))
    for (const one of [lost, kept]) expect(list).not.toContain(one.split('.')[1])
    expect(await viewer(kept)).toMatchObject({ role: 'AUDITOR' })
    expect(await Promise.race([others.closed, undefined])).toBeUndefined()
    const nobody = '00000000-0000-4000-8000-000000000000'
    expect(await token('revoke', nobody)).toMatchObject({ code: 1, stderr: `No token that has not expired has the id ${nobody}.\n` })
  })

  test('signs with a new key at once; the one before is good until it is retired', async () => {
    const before = await network.issueToken({ role: 'CLERK' })
    const { stdout: keys } = await token('rotate', '--retire-after', '6h')
    const [signing, verifying] = keys.trim().split('\n').slice(1)
    expect([signing, verifying]).toMatchObject([expect.stringMatching(/ signs /), expect.stringMatching(/ verifies until /)])
    expect(verifying, 'what is valid for longer is named').toMatch(/\d+: issue them anew$/)
    const after = await issue('--role', 'CLERK')
    expect([(await viewer(after)).role, (await viewer(before)).role]).toEqual(['CLERK', 'CLERK'])
    expect(await token('retire', signing?.split(' ')[0] ?? '')).toMatchObject({ code: 1, stderr: expect.stringContaining('is the one that signs') })
    expect(await token('retire', verifying?.split(' ')[0] ?? '')).toMatchObject({ code: 0 })
    await expect.poll(() => viewer(before).then(() => 'good', ({ code }: { code: string }) => code), { timeout: 10_000 }).toBe('UNAUTHENTICATED')
    expect((await viewer(after)).role).toBe('CLERK')
    await network.pool.query(`INSERT INTO token_key (id, sealed, retires_at) SELECT 'k' || n, decode(repeat('00', 60), 'hex'), now() + interval '1 day' FROM generate_series(1, 9) n`)
    expect((await token('rotate')).stderr).toContain('There are 10 keys already.')
  })

  test('refuses what it cannot do in a sentence', async () => {
    const wrong: [args: string[], sentence: string][] = [
      [['--role', 'KING'], 'Allowed choices are INGEST'], [['--role', 'CLERK', '--expires', '2y'], 'at most 1y'], [[], 'required option'],
      [['revoke', 'x'], 'Number 1 is neither the id of a token'], [['--role', 'CLERK', '--election', 'nowhere'], 'There is no election "nowhere"'],
    ]
    await Promise.all(wrong.map(async ([args, sentence]) => { expect(await token(...args), args.join(' ')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(sentence) }) }))
    await network.pool.query(`INSERT INTO token (id, key_id, role, subject, expires_at) SELECT gen_random_uuid(), 'k', 'CLERK', 'many', now() + interval '1 day' FROM generate_series(1, 10000)`)
    await expect(network.issueToken({ role: 'CLERK' })).rejects.toThrow('There are 10,000 tokens that have not expired')
    await network.pool.query(`UPDATE token SET expires_at = now() - interval '2 hours' WHERE subject = 'many'`)
    await network.issueToken({ role: 'CLERK' })
    expect((await network.pool.query(`SELECT count(*)::integer AS left FROM token WHERE subject = 'many'`)).rows).toEqual([{ left: 0 }])
  })
})
