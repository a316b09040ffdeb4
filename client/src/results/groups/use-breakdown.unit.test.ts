import { mount } from '@vue/test-utils'
import { CombinedError } from '@urql/vue'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, reactive, ref, type InjectionKey } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Contest, Election } from '../../elections/documents.js'
import { serverKey } from '../../graphql/client.js'
import { useBreakdown } from './use-breakdown.js'

const contest: Contest = {
  id: 'e1/c/jam', title: 'Jam of the year', variation: 'PLURALITY', votesAllowed: 1, numberElected: 1, reportingUnit: { id: 'e1/u/town', name: 'Town' },
  options: [{ id: 'e1/o/jam/plum', name: 'Plum', isWriteIn: false, photoUrl: null, biography: null, campaignPlatform: null, party: null }],
}
const age = { id: 'e1/a/age', name: 'Age', values: [{ id: 'young', name: 'Young' }] }
const jamTown: Election = {
  id: 'e1', slug: 'jam', name: 'Jam', description: null, timeZone: 'UTC', phase: 'OPEN', opensAt: '2031-05-04T08:00:00Z', closesAt: '2031-05-04T20:00:00Z',
  timeSource: 'DATABASE', resultsVisibility: 'LIVE', ballotSecrecy: 'SECRET', releaseSize: 10, releaseUnits: null, choicesByChannel: false,
  parties: [], breakdowns: [{ by: [age] }], windowUnits: [], contests: [contest], results: null,
}

/** The panel of voter groups on a server whose answers the test gives; the reader counts what the address says. */
async function openPanel(address: string, shown: Partial<Election> = {}) {
  const asked: Record<string, unknown>[] = []
  const answers: ((result: object) => void)[] = []
  const election = reactive({ ...jamTown, ...shown })
  const details = { query: (_document: unknown, variables: Record<string, unknown>) => ({ toPromise: () => new Promise<object>((resolve) => {
    asked.push(variables)
    answers.push(resolve)
  }) }) }
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { render: () => null } }] })
  await router.push(address)
  let panel: ReturnType<typeof useBreakdown> | undefined
  mount(defineComponent({
    setup() {
      panel = useBreakdown({ election: () => election, contest: () => contest, revision: () => 1, isActive: ref(true) })
      return () => h('p')
    },
  }), { global: { plugins: [router], provide: { [serverKey as InjectionKey<unknown> as symbol]: { details } } } })
  if (panel === undefined) throw new Error('not mounted')
  const answer = async (result: object): Promise<void> => {
    answers.shift()?.(result)
    await vi.waitFor(() => { if (panel?.error.value === null && panel.groups.value === null) throw new Error('no answer yet') })
  }
  return { panel, asked, answer, election }
}

const cells = (plum: number) => [{ values: [{ id: 'young', name: 'Young' }], ballots: 12, eligibleVoters: null, totals: [{ option: { id: 'e1/o/jam/plum' }, votes: plum }] }]
const answered = (plum: number) => ({ data: { election: { id: 'e1', results: { revision: 1, breakdown: { isComplete: true, by: [age], cells: cells(plum) } } } } })
const afterClose = {
  data: { election: { id: 'e1', results: { revision: 1, breakdown: null } } },
  error: new CombinedError({ graphQLErrors: [{ message: 'later', extensions: { code: 'FORBIDDEN', reason: 'AFTER_CLOSE' } }] }),
}

describe('choices of secret ballots by groups of voters', () => {
  it('are held back while voting goes on, and not even asked for', async () => {
    const { panel, asked } = await openPanel('/?count=plum')
    await nextTick()
    expect([panel.isHeld.value, asked]).toEqual([true, []])
  })
  it('are asked for when voting closes, and held until the last ballots are counted', async () => {
    const { panel, asked, answer, election } = await openPanel('/?count=plum')
    election.phase = 'CLOSED'
    await nextTick()
    expect(asked).toEqual([{ electionId: 'e1', by: ['e1/a/age'], contestId: 'e1/c/jam' }])
    await answer(afterClose)
    expect(panel.isHeld.value).toBe(true)
  })
  it('are shown once they are there', async () => {
    const { panel, answer } = await openPanel('/?count=plum', { phase: 'CLOSED' })
    await answer(answered(7))
    expect([panel.isHeld.value, panel.groups.value?.[0]?.sum]).toEqual([false, 7])
  })
  it('leave turnout by groups live', async () => {
    const { panel, answer, asked } = await openPanel('/')
    await answer(answered(0))
    expect([panel.isHeld.value, panel.groups.value?.[0]?.sum, asked]).toEqual([false, 12, [{ electionId: 'e1', by: ['e1/a/age'] }]])
  })
  it('are live where ballots are open', async () => {
    const { panel, answer } = await openPanel('/?count=plum', { ballotSecrecy: 'OPEN', releaseSize: null })
    await answer(answered(7))
    expect([panel.isHeld.value, panel.groups.value?.[0]?.sum]).toEqual([false, 7])
  })
})

it('ballots that were asked for before are never read as votes', async () => {
  const { panel, answer } = await openPanel('/', { ballotSecrecy: 'OPEN', releaseSize: null })
  await answer(answered(0))
  panel.count.value = 'e1/o/jam/plum'
  await vi.waitFor(() => { if (panel.count.value !== 'e1/o/jam/plum') throw new Error('not chosen yet') })
  expect(panel.groups.value).toBeNull()
})
