import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createStateFile } from '../simulation/state-file.js'
import { goesInTheClear, printable } from './command-line.js'

test('what a file or a server says cannot command the terminal, nor turn a line around', () => {
  expect(printable('v\u001b]0;owned\u0007 \u202edcba \u009b31m\rRegistered 0')).toBe('v\\u{1b}]0;owned\\u{7} \\u{202e}dcba \\u{9b}31m\\u{d}Registered 0')
  expect(printable('Zoë, 李, 🗳\n\tline')).toBe('Zoë, 李, 🗳\n\tline')
})

test.each([
  ['http://localhost:4000', false], ['http://127.0.0.1:4000', false], ['http://[::1]:4000', false], ['https://votes.example', false],
  ['http://votes.example', true], ['http://10.0.0.7:4000', true], ['http://127.0.0.1.example', true], ['http://localhost.example:4000', true],
])('what is sent to %s can be read on its way: %s', (url, can) => {
  expect(goesInTheClear(url)).toBe(can)
})

test('a note of a simulation that was cut off is none', async () => {
  const home = await mkdtemp(join(tmpdir(), 'livetally-state-'))
  const state = createStateFile(home, 'demo', { id: 'e1', opensAt: '2026-01-01T00:00:00Z' })
  await writeFile(join(home, 'demo.json'), '{"electionId":"e1","op')
  expect(await state.read()).toBe(0)
  await state.write(7)
  expect(await state.read()).toBe(7)
  await rm(home, { recursive: true })
})
