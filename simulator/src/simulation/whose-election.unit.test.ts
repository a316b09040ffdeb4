import { expect, it } from 'vitest'
import { DEMO_SLUG } from '../demo/demo-election.js'
import { doubtAbout, slugOfSimulation } from './whose-election.js'

it.each([undefined, DEMO_SLUG, slugOfSimulation('42'), slugOfSimulation('Ünder The Hill')])('invented people vote in %s, which a simulation has made', (slug) => {
  expect(doubtAbout(slug)).toBeUndefined()
})

it.each(['crumbleton-2026', 'a-simulation-1', 'simulation', ''])('invented people vote in "%s" only where a person says so', (slug) => {
  expect(doubtAbout(slug)).toContain('Say --yes')
})
