import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { ref, type InjectionKey } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Contest, Election } from '../../elections/documents.js'
import { serverKey } from '../../graphql/client.js'
import { createWords } from '../../i18n/index.js'
import type { Results } from '../documents.js'
import ContestUnits from './ContestUnits.vue'

vi.mock('../../ui/use-in-sight.js', () => ({ useInSight: () => ref(true) }))

const contest: Contest = {
  id: 'e1/c/jam', title: 'Jam of the year', variation: 'PLURALITY', votesAllowed: 1, numberElected: 1, reportingUnit: { id: 'e1/u/town', name: 'Town' },
  options: [{ id: 'e1/o/jam/plum', name: 'Plum', isWriteIn: false, photoUrl: null, biography: null, campaignPlatform: null, party: null }],
}
const jamTown: Election = {
  id: 'e1', slug: 'jam', name: 'Jam', description: null, timeZone: 'UTC', phase: 'OPEN', opensAt: '2031-05-04T08:00:00Z', closesAt: '2031-05-04T20:00:00Z',
  timeSource: 'DATABASE', resultsVisibility: 'LIVE', ballotSecrecy: 'SECRET', releaseSize: 10, releaseUnits: 'WARD', choicesByChannel: false,
  parties: [], breakdowns: [], windowUnits: [], contests: [contest], results: null,
}
const results = (status: Results['status']): Results => ({
  revision: 4, status, publishedAt: '2031-05-04T12:00:00Z', asOf: null, ballotsCast: 20, ballotsCorrected: 0, choicesPending: 0, eligibleVoters: null, turnout: null, rates: null,
  byChannel: [], corrections: [], contests: [],
})
const plum = { id: 'e1/o/jam/plum', name: 'Plum' }
const north = {
  reportingUnit: { id: 'e1/u/north', name: 'North', isLeaf: false }, shownWith: null, ballots: 20, votes: 20, isTied: false,
  leaders: [plum], tiedForLast: [], totals: [{ option: plum, share: { percent: 100 } }],
}

/** The table of an election by wards, with results of this status: what it asks for, and what it says. */
async function tableAt(status: Results['status']): Promise<{ filter: unknown, says: string }> {
  let filter: unknown
  const data = { election: { id: 'e1', results: { revision: 4, contest: { byUnit: { totalCount: 1, nodes: [north] } } } } }
  const details = { query: (_document: unknown, variables: Record<string, unknown>) => {
    ({ filter } = variables)
    return { toPromise: () => Promise.resolve({ data }) }
  } }
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { render: () => null } }] })
  await router.push('/')
  const table = mount(ContestUnits, {
    props: { election: jamTown, contest, results: results(status) },
    global: { plugins: [router, createWords()], provide: { [serverKey as InjectionKey<unknown> as symbol]: { details } } },
  })
  await vi.waitFor(() => { if (!table.text().includes('North')) throw new Error('no answer yet') })
  return { filter, says: table.text() }
}

describe('the table of a contest whose choices are shown by ward', () => {
  it('lists the wards, and says so, while voting goes on', async () => {
    const { filter, says } = await tableAt('UNOFFICIAL_PARTIAL')
    expect(filter).toEqual({ kinds: ['WARD'] })
    expect(says).toContain('choices are shown for larger units: Wards.')
    expect(says).toContain('1 of 1 units')
  })
  it('lists the places once all is counted, and speaks of wards no more', async () => {
    const { filter, says } = await tableAt('UNOFFICIAL_COMPLETE')
    expect(filter).toEqual({ leavesOnly: true })
    expect(says).not.toContain('larger units')
    expect(says).toContain('1 of 1 places')
  })
})
