import { describe, expect, test } from 'vitest'
import { createSideBySide } from './side-by-side.js'

/** Work that ends when it is told to, election by election. */
function createWork() {
  const ends = new Map<number, { resolve(): void, reject(error: Error): void }[]>()
  const begun: number[] = []
  const take = (election: number) => {
    const end = ends.get(election)?.shift()
    if (end === undefined) throw new Error(`Nobody works on election ${election}.`)
    return end
  }
  return {
    begun,
    work: (election: number) => new Promise<void>((resolve, reject) => {
      begun.push(election)
      ends.set(election, [...ends.get(election) ?? [], { resolve, reject }])
    }),
    done: (...elections: number[]) => { for (const election of elections) take(election).resolve() },
    fail: (election: number) => { take(election).reject(new Error('locked')) },
  }
}
/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => { setImmediate(resolve) })

describe('work on several elections', () => {
  test('goes on with three at once, until all are done', async () => {
    const { begun, work, done } = createWork()
    let isOver = false
    const turn = createSideBySide().run([1, 2, 3, 4, 5], work).then(() => { isOver = true })
    expect(begun).toEqual([1, 2, 3])
    done(2)
    await settle()
    expect(begun).toEqual([1, 2, 3, 4])
    done(1, 3)
    await settle()
    done(4, 5)
    await turn
    expect([begun, isOver]).toEqual([[1, 2, 3, 4, 5], true])
  })

  test('tells of one that failed, goes on with the others, and afterwards waits for it no more', async () => {
    const { begun, work, done, fail } = createWork()
    const told: [number, unknown][] = []
    const sideBySide = createSideBySide()
    const turn = (...elections: number[]) => sideBySide.run(elections, work, (election, error) => { told.push([election, error]) })
    const first = turn(1, 2)
    fail(1)
    done(2)
    await first
    expect(told).toEqual([[1, new Error('locked')]])

    const second = turn(1, 3)
    done(3)
    await second
    await turn(1)
    expect(begun, 'never twice at the same time').toEqual([1, 2, 1, 3])
    done(1)
    await settle()

    let isOver = false
    const third = turn(1).then(() => { isOver = true })
    await settle()
    expect(isOver, 'it is like any other again').toBe(false)
    done(1)
    await third
  })

  test('takes those that failed one after the other', async () => {
    const { begun, work, fail } = createWork()
    const sideBySide = createSideBySide()
    const first = sideBySide.run([1, 2], work)
    fail(1)
    fail(2)
    await first
    await sideBySide.run([1, 2], work)
    expect(begun).toEqual([1, 2, 1])
    fail(1)
    await settle()
    expect(begun).toEqual([1, 2, 1, 2])
  })
})
