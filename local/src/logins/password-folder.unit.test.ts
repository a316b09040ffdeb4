import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PASSWORD } from '@livetally/core/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepPassword, keepPasswords, passwordFile } from './password-folder.js'

let home = ''
beforeAll(async () => { home = await mkdtemp(join(tmpdir(), 'livetally-logins-')) })
afterAll(() => rm(home, { recursive: true }))

test('makes a password for each login, readable by its owner alone, and keeps them', async () => {
  const folder = join(home, 'new')
  const { passwords, isNew } = await keepPasswords(folder)
  expect(isNew).toBe(true)
  expect(new Set(Object.values(passwords)).size).toBe(4)
  for (const [login, password] of Object.entries(passwords)) {
    expect(password).toMatch(PASSWORD)
    expect((await stat(passwordFile(folder, login))).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, login))).mode & 0o777).toBe(0o700)
    expect(await readFile(passwordFile(folder, login), 'utf8')).toBe(`${password}\n`)
  }
  expect(await keepPasswords(folder)).toEqual({ passwords, isNew: false })
})

test('makes one of each where several start at the same moment', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => keepPasswords(join(home, 'at-once'))))
  expect(new Set(made.map(({ passwords }) => JSON.stringify(passwords))).size).toBe(1)
})

test('takes the password that is given only where there is none yet', async () => {
  expect(await keepPassword(home, 'owner', 'of-before')).toEqual({ password: 'of-before', isNew: true })
  expect(await keepPassword(home, 'owner', 'another')).toEqual({ password: 'of-before', isNew: false })
})
