import { useNow, useOnline } from '@vueuse/core'
import { computed, onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import type { Election } from '../../elections/documents.js'
import { useServer } from '../../graphql/client.js'
import { ageOf } from '../../graphql/server-clock.js'
import type { Results } from '../documents.js'
import { electionResultsSubscription } from './documents.js'
import { foldResults } from './fold-results.js'
import { lagOf, liveStatusOf } from './live-status.js'
import { SILENCE_MS, useBacklog } from './use-backlog.js'

/** As it happens: no eye reads more changes a second, and a phone can draw them all. After a silence the first one comes at once. */
const MOST_PER_SECOND = 4

export interface LiveOptions {
  isPaused: MaybeRefOrGetter<boolean>
  /** At most one message in so many seconds; 0: as it happens. */
  throttleSeconds: MaybeRefOrGetter<number>
}

/**
 * The results of an election as they are pushed, beginning with the snapshot that came with it.
 * `results` is null until something may be shown; `liveStatus` is what the badge says. A pause ends the
 * subscription; going on asks for what is newer than the revision shown.
 */
export function useElectionResults(election: MaybeRefOrGetter<Election | null>, options: LiveOptions) {
  const { client, connection, clock } = useServer()
  const results = shallowRef<Results | null>(null)
  /** How late the newest message was, and when it came (local ms). */
  const late = shallowRef({ ms: 0, at: 0 })
  const now = useNow({ interval: 1_000 })
  const isOnline = useOnline()
  const electionId = computed(() => toValue(election)?.id ?? null)

  let unsubscribe: (() => void) | undefined
  let isFirst = true

  function take(message: Results): void {
    results.value = foldResults(results.value, message)
  }

  function follow(id: string): void {
    const seconds = toValue(options.throttleSeconds)
    const after = results.value?.revision ?? null
    isFirst = true
    const subscription = client.subscription(electionResultsSubscription, {
      electionId: id,
      after,
      maxPerSecond: seconds > 0 ? 1 / seconds : MOST_PER_SECOND,
    }).subscribe(({ data }) => {
      const message = data?.electionResults
      if (message === undefined || message === null) return
      const arrivedAt = Date.now()
      const lag = lagOf({
        publishedAt: message.publishedAt,
        asOf: message.asOf,
        ageOnArrivalMs: ageOf(message.publishedAt, clock.value, arrivedAt),
        throttleMs: seconds * 1_000,
        isFirst,
        isDatabaseTime: toValue(election)?.timeSource === 'DATABASE',
        hasNewBallots: results.value !== null && message.ballotsCast > results.value.ballotsCast,
      })
      late.value = { ms: lag, at: arrivedAt }
      isFirst = false
      take(message)
    })
    unsubscribe = subscription.unsubscribe
  }

  watch(electionId, () => { results.value = null })
  watch(() => toValue(election)?.results, (snapshot) => { if (snapshot) take(snapshot) }, { immediate: true })
  watch(
    () => [electionId.value, toValue(options.isPaused), toValue(options.throttleSeconds), isVisible(toValue(election))] as const,
    ([id, isPaused, , visible]) => {
      unsubscribe?.()
      unsubscribe = undefined
      if (id !== null && !isPaused && visible) follow(id)
    },
    { immediate: true },
  )
  watch(connection.state, (state) => { if (state === 'lost') isFirst = true })
  onScopeDispose(() => unsubscribe?.())

  const ageMs = computed(() => results.value === null ? null : ageOf(results.value.publishedAt, clock.value, now.value.getTime()))
  const backlogMs = useBacklog({
    electionId,
    ageMs,
    isAsked: () => toValue(election)?.phase === 'OPEN' && !toValue(options.isPaused) && connection.state.value === 'connected',
    throttleSeconds: options.throttleSeconds,
  })
  const liveStatus = computed(() => liveStatusOf({
    connection: connection.state.value,
    isOnline: isOnline.value,
    isPaused: toValue(options.isPaused),
    results: results.value,
    ageMs: ageMs.value,
    lagMs: Math.max(lateMs(), backlogMs.value),
  }))

  /** A late message says something of the moment; in the silence after it `useBacklog` finds out what holds. */
  function lateMs(): number {
    return now.value.getTime() - late.value.at < SILENCE_MS + toValue(options.throttleSeconds) * 1_000 ? late.value.ms : 0
  }

  return {
    results: computed(() => results.value),
    revision: computed(() => results.value?.revision ?? 0),
    liveStatus,
  }
}

/** While results are under embargo there is nothing to follow. */
function isVisible(election: Election | null): boolean {
  return election !== null && election.results !== null
}
