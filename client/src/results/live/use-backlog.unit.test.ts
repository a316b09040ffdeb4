import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref, type InjectionKey } from 'vue'
import { serverKey } from '../../graphql/client.js'
import { SILENCE_MS, useBacklog } from './use-backlog.js'

/** A dashboard whose numbers are of so long ago, on a server that has accepted and published so many ballots. */
function watchSilence(status: { ballotsAccepted: number, ballotsPublished: number }, id = 'e1') {
  const server = { asked: 0, status, isAway: false }
  const details = {
    query: () => ({ toPromise: async () => {
      server.asked += 1
      return server.isAway ? { data: undefined } : { data: { systemStatus: { elections: [{ election: { id: 'e9' }, ballotsAccepted: 100, ballotsPublished: 0 }, { election: { id }, ...server.status }] } } }
    } }),
  }
  const ageMs = ref<number | null>(0)
  const isOpen = ref(true)
  const throttleSeconds = ref(0)
  let backlogMs: ReturnType<typeof useBacklog> | undefined
  const wrapper = mount(defineComponent({
    setup() {
      backlogMs = useBacklog({ electionId: ref('e1'), ageMs, isAsked: () => isOpen.value, throttleSeconds })
      return () => h('p')
    },
  }), { global: { provide: { [serverKey as InjectionKey<unknown> as symbol]: { details } } } })
  if (backlogMs === undefined) throw new Error('not mounted')
  const told = backlogMs
  /** How far the numbers are behind after so many looks, five seconds apart. */
  const after = async (looks: number): Promise<number> => {
    for (let look = 0; look < looks; look += 1) {
      await vi.advanceTimersByTimeAsync(5_000)
    }
    return told.value
  }
  return { server, ageMs, isOpen, throttleSeconds, after, wrapper }
}

describe('how long ballots have been waiting in a silence', () => {
  beforeEach(() => { vi.useFakeTimers() })
  afterEach(() => { vi.useRealTimers() })

  it('is nothing in an election where nobody votes, however long the silence is: all that was cast is published', async () => {
    const { ageMs, after, server } = watchSilence({ ballotsAccepted: 40, ballotsPublished: 40 })
    ageMs.value = 3_600_000
    expect(await after(4)).toBe(0)
    expect(server.asked).toBe(4)
  })

  it('is the silence where ballots were accepted that no revision holds, and nothing once one does', async () => {
    const { ageMs, after, server } = watchSilence({ ballotsAccepted: 41, ballotsPublished: 40 })
    ageMs.value = 30_000
    expect(await after(2)).toBe(30_000)
    server.status = { ballotsAccepted: 41, ballotsPublished: 41 }
    expect(await after(2)).toBe(0)
  })

  it('says nothing of the ballots of other elections, nor where the server does not answer', async () => {
    const other = watchSilence({ ballotsAccepted: 41, ballotsPublished: 40 }, 'e2')
    other.ageMs.value = 30_000
    expect(await other.after(3)).toBe(0)
    const away = watchSilence({ ballotsAccepted: 41, ballotsPublished: 40 })
    away.ageMs.value = 30_000
    away.server.isAway = true
    expect(await away.after(3)).toBe(0)
  })

  it('is not asked for below ten seconds of silence beyond what the reader asked for', async () => {
    const { ageMs, after, server, throttleSeconds } = watchSilence({ ballotsAccepted: 41, ballotsPublished: 40 })
    ageMs.value = SILENCE_MS - 1
    expect([await after(3), server.asked]).toEqual([0, 0])
    ageMs.value = SILENCE_MS
    expect([await after(2), server.asked]).toEqual([SILENCE_MS, 2])
    throttleSeconds.value = 15
    expect([await after(1), server.asked]).toEqual([0, 2])
    ageMs.value = SILENCE_MS + 15_000
    expect(await after(2)).toBe(SILENCE_MS)
  })

  it('is asked for in an open election alone, and no more once the page is left', async () => {
    const { ageMs, after, server, isOpen, wrapper } = watchSilence({ ballotsAccepted: 41, ballotsPublished: 40 })
    ageMs.value = 30_000
    expect(await after(2)).toBe(30_000)
    isOpen.value = false
    expect([await after(2), server.asked]).toEqual([0, 2])
    isOpen.value = true
    wrapper.unmount()
    await after(5)
    expect(server.asked).toBe(2)
  })
})
