import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../pace.js'
import { createSourceUnderTest } from './ingest-under-test.js'
import { makeSourceKey, registerSourceKey } from './key-file.js'
import { createSourceKeys, readKeySet, sourceOf } from './source-keys.js'

let home: string
beforeEach(async () => { home = await mkdtemp(join(tmpdir(), 'livetally-source-key-')) })
afterEach(() => rm(home, { recursive: true }))
const file = (): string => join(home, 'ingest-keys.json')
const run = (...args: string[]) => spawnSync(process.execPath, [join(process.cwd(), 'stream-workers/dist/ingest/key-command.js'), ...args], { cwd: home, env: { PATH: process.env['PATH'], LIVETALLY_HOME: home }, encoding: 'utf8' })

test('a key made for a source is registered, and its private part is its owner\'s alone', async () => {
  const made = run('--id', 'north/2031', '--out', 'north.jwk')
  expect([made.status, made.stdout]).toEqual([0, expect.stringContaining('"north" may hand ballots in')])
  expect((await stat(join(home, 'north.jwk'))).mode & 0o777).toBe(0o600)
  const [registered] = readKeySet(await readFile(file(), 'utf8')).keys
  expect(registered).toMatchObject({ kid: 'north/2031', kty: 'OKP' })
  expect(registered).not.toHaveProperty('d')
  expect(JSON.parse(await readFile(join(home, 'north.jwk'), 'utf8'))).toMatchObject({ kid: 'north/2031', d: expect.any(String), x: registered?.['x'] })
})

test('a key that another system has made is registered beside the others, once', async () => {
  await registerSourceKey(file(), (await makeSourceKey('north')).publicKey)
  const south = await createSourceUnderTest('south', 'RS256')
  await writeFile(join(home, 'south.jwk'), JSON.stringify(south.jwk))
  expect(run('--public', 'south.jwk').status).toBe(0)
  expect(readKeySet(await readFile(file(), 'utf8')).keys.map(({ kid }) => kid)).toEqual(['north', 'south'])
  const again = run('--public', 'south.jwk')
  expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('is registered already')])
})

test('nothing private and nothing without a name is registered, and the file stays as it was', async () => {
  const { publicKey, privateKey } = await makeSourceKey('north')
  await registerSourceKey(file(), publicKey)
  const before = await readFile(file(), 'utf8')
  await expect(registerSourceKey(file(), { ...privateKey, kid: 'other' })).rejects.toThrow('is the private part')
  await expect(registerSourceKey(file(), { kty: 'oct', k: 'c2VjcmV0', kid: 'shared' })).rejects.toThrow('must be a public key')
  await expect(registerSourceKey(file(), { ...publicKey, kid: '../x' })).rejects.toThrow('must read <source>')
  expect(await readFile(file(), 'utf8')).toBe(before)
  expect([run(), run('--id', 'a', '--public', 'b')].map(({ status }) => status)).toEqual([1, 1])
})

test('where there is no file, nobody\'s signature is known', async () => {
  const keys = createSourceKeys({ file: file(), clock: systemClock, logger: pino({ level: 'silent' }) })
  const find = await keys.find()
  await expect(find({ alg: 'EdDSA', kid: 'north' }, { payload: '', signature: '' })).rejects.toThrow('no applicable key')
})

test.each([['north', 'north'], ['north/2031', 'north'], ['north-county.7/a', 'north-county.7'], ['', undefined], ['/x', undefined], ['a/b/c', undefined], ['..', undefined], ['x'.repeat(65), undefined]])('the key id %j belongs to source %j', (kid, source) => {
  expect(sourceOf(kid)).toBe(source)
})
