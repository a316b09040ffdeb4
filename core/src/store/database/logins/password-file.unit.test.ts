import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loginUrl, withoutPassword } from './login.js'
import { readDatabaseAddress } from './password-file.js'

const folder = mkdtempSync(join(tmpdir(), 'livetally-login-'))
afterAll(() => { rmSync(folder, { recursive: true }) })
const fileWith = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('the address of the database', () => {
  test('is taken as it stands, and gets its password from the file where it names none, whatever signs are in it', () => {
    expect(readDatabaseAddress({ DATABASE_URL: 'postgres://me:secret@host/votes' })).toEqual({ url: 'postgres://me:secret@host/votes', problems: [] })
    const { url = '' } = readDatabaseAddress({ DATABASE_URL: 'postgres://livetally_api@host:5432/votes', DATABASE_PASSWORD_FILE: fileWith('odd', 'a/b:c@d?e%20f#g\n') })
    expect(decodeURIComponent(new URL(url).password)).toBe('a/b:c@d?e%20f#g')
    expect(url.replace(new URL(url).password, '…')).toBe('postgres://livetally_api:…@host:5432/votes')
  })

  test('of ingest is read alike, and is nobody else\'s', () => {
    const source = { DATABASE_URL: 'postgres://a:b@host/votes', INGEST_DATABASE_URL: 'postgres://livetally_ingest@host/votes', INGEST_DATABASE_PASSWORD_FILE: fileWith('ingest', 'hush') }
    expect(readDatabaseAddress(source, 'INGEST_').url).toBe('postgres://livetally_ingest:hush@host/votes')
    expect(readDatabaseAddress({ DATABASE_URL: 'postgres://a:b@host/votes' }, 'INGEST_')).toEqual({ url: undefined, problems: [] })
  })

  test.each([
    ['a file that is not there', { DATABASE_URL: 'postgres://livetally_api@host/votes', DATABASE_PASSWORD_FILE: '/nowhere/password' }, /^must name a file with the password of livetally_api \(ENOENT/],
    ['an empty file', { DATABASE_URL: 'postgres://livetally_api@host/votes', DATABASE_PASSWORD_FILE: fileWith('empty', '\n') }, /is empty$/],
    ['two passwords', { DATABASE_URL: 'postgres://livetally_api:secret@host/votes', DATABASE_PASSWORD_FILE: fileWith('second', 'other') }, /^names a password, and so does DATABASE_URL: take one of the two away$/],
    ['an address that is none', { DATABASE_URL: 'host=votes', DATABASE_PASSWORD_FILE: fileWith('third', 'other') }, /^must be an address such as/],
  ])('says what is wrong with %s, and never the password', (_what, source, says) => {
    const { problems } = readDatabaseAddress(source)
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(says)])
    expect(JSON.stringify(problems)).not.toMatch(/secret|other"/)
  })
})

test('a login comes with its own password to the same database', () => {
  const url = loginUrl('postgres://owner:all@host:5433/votes', 'worker', 'p@ss/word?')
  expect(url).toBe('postgres://livetally_worker:p%40ss%2Fword%3F@host:5433/votes')
  expect(withoutPassword(url)).toBe('host:5433/votes')
})
