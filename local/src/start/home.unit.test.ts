import { chmod, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openHome } from './home.js'

test('a home that was there before, open to all, is closed to everybody else before anything is stored in it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'livetally-home-'))
  try {
    await chmod(folder, 0o755)
    await using home = await openHome(folder, false)
    expect(((await stat(home.folder)).mode & 0o777).toString(8)).toBe('700')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
