import { beforeEach, describe, expect, test } from 'vitest'
import { eventually } from './eventually.js'
import type { Exit, GuardedProcess } from './guarded-process.js'
import { createSpareProcess, type SpareProcess } from './spare-process.js'

let started: { exit: Exit | undefined, heard: string[] }[]
let spare: SpareProcess

const startOne = async (): Promise<GuardedProcess> => {
  const state: (typeof started)[number] = { exit: undefined, heard: [] }
  started.push(state)
  return {
    pid: started.length,
    exited: new Promise(() => undefined),
    exit: () => state.exit,
    signal: () => undefined,
    write: (text) => state.heard.push(text),
    stop: async () => (state.exit = { code: null, signal: 'SIGKILL' }),
  }
}
const prepared = (count: number) => eventually(() => started.length === count, { what: 'a spare to be started' })

beforeEach(() => {
  started = []
  spare = createSpareProcess(startOne, 1)
})

describe('a spare process', () => {
  test('is called once, and another is there only when it has been prepared', async () => {
    expect(spare.call()).toBeUndefined()
    spare.prepare()
    await prepared(1)
    expect(spare.call()?.pid).toBe(1)
    expect(started[0]?.heard).toEqual(['\n'])
    expect(spare.call()).toBeUndefined()
    spare.prepare()
    await prepared(2)
    expect(spare.call()?.pid).toBe(2)
  })

  test('that has died is not called, and is replaced', async () => {
    spare.prepare()
    await prepared(1)
    Object.assign(started[0] ?? {}, { exit: { code: 1, signal: null } })
    expect(spare.call()).toBeUndefined()
    spare.prepare()
    await prepared(2)
    expect(spare.call()?.pid).toBe(2)
  })

  test('is stopped when it is not needed any more, and none comes afterwards', async () => {
    spare.prepare()
    await prepared(1)
    await spare.dismiss()
    expect(started[0]?.exit).toEqual({ code: null, signal: 'SIGKILL' })
    spare.prepare()
    await spare.dismiss()
    expect(spare.call()).toBeUndefined()
    expect(started.length).toBe(1)
  })
})
