import { expect, test } from 'vitest'
import type { Exit } from '../processes/guarded-process.js'
import { backoffMs, supervise } from './supervise.js'

const killed: Exit = { code: null, signal: 'SIGKILL' }

/** A role that dies as often as the list says and then ends well; time is what the pauses add up to. */
function shortLived(exits: readonly Exit[]) {
  const left = [...exits]
  const pauses: number[] = []
  const said: string[] = []
  return {
    pauses,
    said,
    options: {
      name: 'api',
      supervised: { start: async () => undefined, exited: async () => left.shift() ?? { code: 0, signal: null } },
      say: (line: string) => said.push(line),
      signal: new AbortController().signal,
      isFinished: ({ code }: Exit) => code === 0,
      pause: async (ms: number) => {
        pauses.push(ms)
      },
      now: () => 0,
    },
  }
}

test('a role that dies is started again after growing pauses, and each time somebody is told', async () => {
  const role = shortLived([killed, { code: 1, signal: null }, killed])
  await supervise(role.options)
  expect(role.pauses).toEqual([100, 200, 400])
  expect(role.said).toEqual([
    'api ended (SIGKILL); it is started again in 0.1 s', 'api is back',
    'api ended (exit code 1); it is started again in 0.2 s', 'api is back',
    'api ended (SIGKILL); it is started again in 0.4 s', 'api is back',
  ])
})

test('a role that cannot be started is tried again, and the reason is told', async () => {
  const role = shortLived([killed])
  let tries = 0
  const start = async () => {
    tries += 1
    if (tries === 1) throw new Error('port taken\nand a stack')
  }
  await supervise({ ...role.options, supervised: { ...role.options.supervised, start } })
  expect(role.said).toContain('api did not start: port taken')
})

test('what is stopped on purpose is not started again', async () => {
  const role = shortLived([killed])
  await supervise({ ...role.options, signal: AbortSignal.abort() })
  expect(role.said).toEqual([])
})

test('pauses never grow beyond a quarter of a minute', () => {
  expect([1, 2, 5, 6, 40].map(backoffMs)).toEqual([100, 200, 1600, 3200, 15_000])
})
