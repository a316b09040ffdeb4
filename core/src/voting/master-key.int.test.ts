import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findMasterKey, readMasterKey } from './master-key.js'

let home: string
beforeEach(async () => { home = await mkdtemp(join(tmpdir(), 'livetally-key-')) })
afterEach(() => rm(home, { recursive: true }))

test('the master key is made once, readable by its owner alone, whoever comes first', async () => {
  const keys = await Promise.all(Array.from({ length: 20 }, () => readMasterKey({ home: join(home, 'new') })))
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
  expect(keys[0]).toHaveLength(32)
  expect((await stat(join(home, 'new', 'master.key'))).mode & 0o777).toBe(0o600)
})

test('a master key from the settings goes before the file, which is not made then', async () => {
  const given = Buffer.alloc(32, 7)
  expect(await readMasterKey({ home, masterKey: given.toString('base64') })).toEqual(given)
  await expect(stat(join(home, 'master.key'))).rejects.toThrow('ENOENT')
})

test('a damaged master key is never replaced', async () => {
  await writeFile(join(home, 'master.key'), 'half a k')
  await expect(readMasterKey({ home })).rejects.toThrow('Restore it from your backup')
  expect(await readFile(join(home, 'master.key'), 'utf8')).toBe('half a k')
  await expect(readMasterKey({ home, masterKey: 'c2hvcnQ=' })).rejects.toThrow('LIVETALLY_MASTER_KEY must hold 32 bytes')
})

test('whoever only looks for the master key finds the one there is, and makes none', async () => {
  expect(await findMasterKey({ home })).toBeUndefined()
  await expect(stat(join(home, 'master.key'))).rejects.toThrow('ENOENT')
  expect(await findMasterKey({ home: join(home, 'nowhere') })).toBeUndefined()
  const made = await readMasterKey({ home })
  expect(await findMasterKey({ home })).toEqual(made)
  await writeFile(join(home, 'master.key'), 'half a k')
  await expect(findMasterKey({ home })).rejects.toThrow('Restore it from your backup')
})
