import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { defineComponent, h, nextTick, ref, shallowRef, type InjectionKey } from 'vue'
import type { Election } from '../../elections/documents.js'
import { serverKey } from '../../graphql/client.js'
import type { Results } from '../documents.js'
import { useElectionResults } from './use-election-results.js'

function message(revision: number, ballotsCast: number): Results {
  const publishedAt = new Date().toISOString()
  return {
    revision, ballotsCast, ballotsCorrected: 0, choicesPending: 0, publishedAt, asOf: publishedAt, status: 'UNOFFICIAL_PARTIAL',
    eligibleVoters: 1_000, turnout: { percent: ballotsCast / 10 }, rates: { perSecond: 1, perMinute: 60, perHour: 3_600 }, byChannel: [], corrections: [], contests: [],
  }
}

const election: Election = {
  id: 'e1', slug: 'pond', name: 'Pond', description: null, timeZone: 'UTC', phase: 'OPEN', opensAt: '2026-11-03T06:00:00Z',
  closesAt: '2026-11-03T18:00:00Z', timeSource: 'DATABASE', resultsVisibility: 'LIVE', ballotSecrecy: 'OPEN', releaseSize: null, releaseUnits: null, choicesByChannel: true,
  parties: [], breakdowns: [], windowUnits: [], contests: [],
  results: message(4, 40),
}

/** A dashboard on a server whose messages the test sends. */
function watchElection(shown: Election = election) {
  const asked: Record<string, unknown>[] = []
  const listeners = new Set<(result: unknown) => void>()
  const state = shallowRef('connected')
  const server = {
    client: {
      subscription: (_document: unknown, variables: Record<string, unknown>) => ({
        subscribe(take: (result: unknown) => void) {
          asked.push(variables)
          listeners.add(take)
          return { unsubscribe: () => listeners.delete(take) }
        },
      }),
    },
    details: {},
    connection: { state },
    clock: ref({ low: 0, high: 0 }),
  }
  const isPaused = ref(false)
  const throttleSeconds = ref(0)
  let live: ReturnType<typeof useElectionResults> | undefined
  const wrapper = mount(defineComponent({
    setup() {
      live = useElectionResults(() => shown, { isPaused, throttleSeconds })
      return () => h('p')
    },
  }), { global: { provide: { [serverKey as InjectionKey<unknown> as symbol]: server } } })
  if (live === undefined) throw new Error('not mounted')
  const send = (results: Results) => listeners.forEach((take) => take({ data: { electionResults: { ...results, election } } }))
  return { live, asked, listeners, send, isPaused, throttleSeconds, state, wrapper }
}

describe('the live results of an election', () => {
  it('begin with what came with the election, and ask only for what is newer', () => {
    const { live, asked } = watchElection()
    expect(live.results.value?.ballotsCast).toBe(40)
    expect(asked).toEqual([{ electionId: 'e1', after: 4, maxPerSecond: 4 }])
  })

  it('take in newer messages and leave out late and repeated ones', () => {
    const { live, send } = watchElection()
    for (const one of [message(6, 60), message(5, 50), message(6, 60)]) send(one)
    expect(live.results.value).toMatchObject({ revision: 6, ballotsCast: 60 })
  })

  it('stand still during a pause and go on from there', async () => {
    const { live, asked, listeners, send, isPaused } = watchElection()
    send(message(6, 60))
    isPaused.value = true
    await nextTick()
    expect([listeners.size, live.liveStatus.value.state]).toEqual([0, 'paused'])
    isPaused.value = false
    await nextTick()
    expect(asked.at(-1)).toEqual({ electionId: 'e1', after: 6, maxPerSecond: 4 })
    expect(live.liveStatus.value.state).toBe('live')
  })

  it('tell the server how often they may come', async () => {
    const { asked, throttleSeconds } = watchElection()
    throttleSeconds.value = 5
    await nextTick()
    expect(asked.at(-1)).toEqual({ electionId: 'e1', after: 4, maxPerSecond: 0.2 })
  })

  it('keep the last numbers and say so when the connection is lost', () => {
    const { live, state } = watchElection()
    state.value = 'lost'
    expect(live.liveStatus.value.state).toBe('reconnecting')
    expect(live.results.value?.ballotsCast).toBe(40)
  })

  it('are not asked for under embargo', () => {
    const { live, asked } = watchElection({ ...election, results: null })
    expect([live.results.value, asked]).toEqual([null, []])
  })

  it('are let go when the page is left', () => {
    const { listeners, wrapper } = watchElection()
    wrapper.unmount()
    expect(listeners.size).toBe(0)
  })
})
