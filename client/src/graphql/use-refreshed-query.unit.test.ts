import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref, type InjectionKey } from 'vue'
import { unitKindsDocument } from '../results/places/documents.js'
import { serverKey } from './client.js'
import { REFRESH_MS, useRefreshedQuery } from './use-refreshed-query.js'

/** A panel whose questions the test answers. */
function showPanel() {
  const asked: { electionId: string, answer: (result: object) => Promise<void> }[] = []
  const details = {
    query: (_document: unknown, { electionId }: { electionId: string }) => ({
      toPromise: () => new Promise((resolve) => {
        asked.push({ electionId, answer: async (result) => { resolve(result); await vi.advanceTimersByTimeAsync(0) } })
      }),
    }),
  }
  const electionId = ref('e1')
  const revision = ref(1)
  const isActive = ref(true)
  let panel: ReturnType<typeof useRefreshedQuery> | undefined
  mount(defineComponent({
    setup() {
      panel = useRefreshedQuery(unitKindsDocument, () => ({ electionId: electionId.value }), { revision, isActive })
      return () => h('p')
    },
  }), { global: { provide: { [serverKey as InjectionKey<unknown> as symbol]: { details } } } })
  if (panel === undefined) throw new Error('not mounted')
  return { panel, asked, electionId, revision, isActive }
}

describe('a panel beside the live totals', () => {
  beforeEach(() => { vi.useFakeTimers() })
  afterEach(() => { vi.useRealTimers() })

  it('asks at most every two seconds, however fast revisions come', async () => {
    const { asked, revision } = showPanel()
    await asked[0]?.answer({ data: { a: 1 } })
    for (let step = 0; step < 100; step += 1) {
      revision.value += 1
      await vi.advanceTimersByTimeAsync(50)
      await asked.at(-1)?.answer({ data: { a: step } })
    }
    expect(asked.length).toBeGreaterThanOrEqual(3)
    expect(asked.length).toBeLessThanOrEqual(1 + Math.ceil(5_000 / REFRESH_MS))
  })

  it('asks again after a single revision, though none follows for minutes', async () => {
    const { asked, revision } = showPanel()
    await asked[0]?.answer({ data: { a: 1 } })
    for (const expected of [2, 3]) {
      await vi.advanceTimersByTimeAsync(60_000)
      revision.value += 1
      await vi.advanceTimersByTimeAsync(REFRESH_MS)
      expect(asked).toHaveLength(expected)
      await asked.at(-1)?.answer({ data: { a: expected } })
    }
  })

  it('waits for a slow answer instead of asking over and over, then asks once more', async () => {
    const { panel, asked, revision } = showPanel()
    for (let step = 0; step < 10; step += 1) {
      revision.value += 1
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(asked).toHaveLength(1)
    await asked[0]?.answer({ data: { a: 'first' } })
    expect(panel.data.value).toEqual({ a: 'first' })
    await vi.advanceTimersByTimeAsync(REFRESH_MS)
    expect(asked).toHaveLength(2)
  })

  it('drops an answer to a question that the reader has changed', async () => {
    const { panel, asked, electionId } = showPanel()
    electionId.value = 'e2'
    await nextTick()
    await asked[1]?.answer({ data: { a: 'new' } })
    await asked[0]?.answer({ data: { a: 'old' } })
    expect(panel.data.value).toEqual({ a: 'new' })
  })

  it('keeps the last numbers when a refresh fails', async () => {
    const { panel, asked } = showPanel()
    await asked[0]?.answer({ data: { a: 1 } })
    void panel.ask()
    await asked[1]?.answer({ data: null, error: new Error('lost') })
    expect(panel.data.value).toEqual({ a: 1 })
    expect(panel.error.value).toBeInstanceOf(Error)
  })

  it('asks nothing while out of sight', async () => {
    const { asked, revision, isActive } = showPanel()
    await asked[0]?.answer({ data: { a: 1 } })
    isActive.value = false
    revision.value += 1
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked).toHaveLength(1)
    isActive.value = true
    await nextTick()
    expect(asked).toHaveLength(2)
  })
})
