import { describe, expect, test } from 'vitest'
import { createSharedExecution, type SharedExecution } from './shared-execution.js'
import type { ShownRevision } from './shown-revision.js'

const shown = {} as ShownRevision
const KILOBYTE = 'x'.repeat(1_000)

/** Subscribes, waits for one answer of some size and leaves, if it is to. */
async function readOnce(shared: SharedExecution, document: string, { leaves, kilobytes = 1 }: { leaves: boolean, kilobytes?: number }): Promise<void> {
  const answers = shared.join(document)
  await answers.run({ shown, skipped: 0 }, async () => ({ data: { text: KILOBYTE.repeat(kilobytes) } }))
  if (leaves) answers.leave()
}

describe('what is kept of answers', () => {
  test('goes with the last subscription that was alike', async () => {
    const shared = createSharedExecution()
    await readOnce(shared, 'a', { leaves: false })
    await readOnce(shared, 'a', { leaves: true })
    expect(shared.keptBytes).toBeGreaterThan(1_000)
    for (let at = 0; at < 1_000; at += 1) await readOnce(shared, `left ${at}`, { leaves: true, kilobytes: 10 })
    expect(shared.keptBytes).toBeLessThan(3_000)
  })

  test('is nothing where the viewer has left before the answer was there', async () => {
    const shared = createSharedExecution()
    const answers = shared.join('a')
    const answer = answers.run({ shown, skipped: 0 }, async () => ({ data: { text: KILOBYTE } }))
    answers.leave()
    await answer
    expect(shared.keptBytes).toBe(0)
  })

  test('has a bound in bytes, whoever stays', async () => {
    const shared = createSharedExecution(100_000)
    for (let at = 0; at < 500; at += 1) await readOnce(shared, `stays ${at}`, { leaves: false, kilobytes: 5 })
    expect(shared.keptBytes).toBeLessThanOrEqual(100_000)
    expect(shared.keptBytes).toBeGreaterThan(50_000)
  })

  test('is no answer that is larger than the bound', async () => {
    const shared = createSharedExecution(100_000)
    await readOnce(shared, 'large', { leaves: false, kilobytes: 200 })
    expect(shared.keptBytes).toBe(0)
  })

  test('is no answer that could not be given: whoever comes next has it executed anew', async () => {
    const shared = createSharedExecution()
    const answers = shared.join('a')
    await expect(answers.run({ shown, skipped: 0 }, () => Promise.reject(new Error('the revision is gone')))).rejects.toThrow('the revision is gone')
    expect(shared.keptBytes).toBe(0)
    expect(await answers.run({ shown, skipped: 0 }, async () => ({ data: { text: 'here' } }))).toEqual({ data: { text: 'here' } })
  })

  test('stays with those who stay, however often another says that it leaves', async () => {
    const shared = createSharedExecution()
    await readOnce(shared, 'a', { leaves: false })
    const leaving = shared.join('a')
    leaving.leave()
    leaving.leave()
    expect(shared.keptBytes).toBeGreaterThan(1_000)
  })
})
