import { expect, test } from 'vitest'
import { postgresSettings, sharedBuffers } from './settings.js'

const GIB = 2 ** 30

test.each([
  ['a small board', 0.25, '64MB'], ['a laptop of old', 2, '256MB'], ['a laptop', 16, '512MB'], ['a machine room', 512, '512MB'],
])('Postgres takes an eighth of the memory of %s, within bounds', (_machine, gib, expected) => {
  expect(sharedBuffers(gib * GIB)).toBe(expected)
})

test('a vote is on disk before it is acknowledged, whatever else is set', () => {
  expect(postgresSettings(5432)).toMatchObject({ port: '5432', fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' })
})
