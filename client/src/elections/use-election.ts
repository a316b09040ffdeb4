import { computed, onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { useServer } from '../graphql/client.js'
import { problemOf, type Problem } from '../graphql/problems.js'
import { electionChangedSubscription, electionDocument, type Election } from './documents.js'

export type ElectionState = 'loading' | 'ready' | 'missing' | 'problem'

/** An election by its slug, followed in the cache: its phase and its texts change here when a live message brings others. */
export function useElection(slug: MaybeRefOrGetter<string>) {
  const { client } = useServer()
  const election = shallowRef<Election | null>(null)
  const state = shallowRef<ElectionState>('loading')
  const problem = shallowRef<Problem>('unknown')
  let unsubscribe: (() => void) | undefined
  let unfollow: (() => void) | undefined

  function load(requestPolicy: 'cache-and-network' | 'network-only'): void {
    unsubscribe?.()
    const subscription = client.query(electionDocument, { slug: toValue(slug) }, { requestPolicy }).subscribe((result) => {
      if (result.data?.election) {
        // An error beside an election says why its results are null (embargo): the election itself is there.
        election.value = result.data.election
        state.value = 'ready'
      } else if (result.error !== undefined) {
        if (election.value !== null) return
        problem.value = problemOf(result.error)
        state.value = problem.value === 'not-found' ? 'missing' : 'problem'
      } else if (!result.stale) {
        state.value = 'missing'
      }
    })
    unsubscribe = subscription.unsubscribe
  }

  watch(() => toValue(slug), () => {
    election.value = null
    state.value = 'loading'
    load('cache-and-network')
  }, { immediate: true })
  watch(() => election.value?.id, (id) => {
    unfollow?.()
    unfollow = id === undefined ? undefined : client.subscription(electionChangedSubscription, { electionId: id }).subscribe(() => undefined).unsubscribe
  }, { immediate: true })
  onScopeDispose(() => {
    unsubscribe?.()
    unfollow?.()
  })

  return {
    election: computed(() => election.value),
    state: computed(() => state.value),
    problem: computed(() => problem.value),
    reload: () => load('network-only'),
  }
}
