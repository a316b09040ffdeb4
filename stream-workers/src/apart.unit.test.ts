import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createApart } from './apart.js'
import { createHeldClock } from './clock-under-test.js'

function kitchen() {
  const lines: Record<string, unknown>[] = []
  const clock = createHeldClock()
  const apart = createApart({ clock, logger: pino({}, { write: (line: string) => { lines.push(JSON.parse(line) as Record<string, unknown>) } }) }, 'the cake is not baked')
  const fails = (election: number, box?: number) => apart.attempt({ election, ...box === undefined ? {} : { box } }, () => Promise.reject(new Error('no gas')))
  const succeeds = (election: number, box?: number) => apart.attempt({ election, ...box === undefined ? {} : { box } }, async () => 'cake')
  return { clock, fails, succeeds, told: () => lines.map(({ event, election, box, tries, ms }) => [event, election, box, tries, ms].filter((fact) => fact !== undefined).join(' ')) }
}

test('what fails of one election is told once, with its number, and again when it is over; the others are none the worse', async () => {
  const { clock, fails, succeeds, told } = kitchen()
  for (let round = 0; round < 20; round += 1) {
    expect(await fails(7)).toBeUndefined()
    expect(await succeeds(8)).toBe('cake')
  }
  await clock.advance(5_000)
  await succeeds(7)
  await succeeds(7)
  await fails(7)
  expect(told()).toEqual(['TROUBLE 7', 'RECOVERED 7 20 5000', 'TROUBLE 7'])
})

test('two boxes of one election are told apart', async () => {
  const { fails, succeeds, told } = kitchen()
  await fails(7, 0)
  await fails(7, 1)
  await succeeds(7, 0)
  expect(told()).toEqual(['TROUBLE 7 0', 'TROUBLE 7 1', 'RECOVERED 7 0 1 0'])
})

test('when everything fails the log names ten, and says that there are more', async () => {
  const { fails, succeeds, told } = kitchen()
  for (let round = 0; round < 3; round += 1) for (let election = 1; election <= 500; election += 1) await fails(election)
  expect(told()).toEqual([...Array.from({ length: 10 }, (_, at) => `TROUBLE ${at + 1}`), 'TROUBLE'])
  for (let election = 1; election <= 500; election += 1) await succeeds(election)
  expect(told().slice(11)).toEqual(Array.from({ length: 10 }, (_, at) => `RECOVERED ${at + 1} 3 0`))
})
