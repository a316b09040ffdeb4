import { useIntervalFn } from '@vueuse/core'
import { shallowRef, toValue, type MaybeRefOrGetter, type Ref } from 'vue'
import { useServer } from '../../graphql/client.js'
import { backlogDocument } from './documents.js'

/** Silence below this is ordinary, ms. */
export const SILENCE_MS = 10_000

/**
 * Silence has two reasons: nobody votes, or the counting stands still. After 10 s of it in an open election this asks
 * the server, every 5 s, whether ballots are waiting for a revision. Gives the time they have been waiting at most
 * (ms), 0 if none. A server that does not answer this question is taken at its word: nothing is said.
 */
export function useBacklog(options: {
  electionId: Readonly<Ref<string | null>>
  ageMs: Readonly<Ref<number | null>>
  isAsked: () => boolean
  throttleSeconds: MaybeRefOrGetter<number>
}): Readonly<Ref<number>> {
  const { details } = useServer()
  const isWaiting = shallowRef(false)
  const backlogMs = shallowRef(0)

  useIntervalFn(() => {
    const silence = (options.ageMs.value ?? 0) - toValue(options.throttleSeconds) * 1_000
    if (silence < SILENCE_MS || !options.isAsked()) isWaiting.value = false
    else void ask()
    backlogMs.value = isWaiting.value ? silence : 0
  }, 5_000)

  async function ask(): Promise<void> {
    const { data } = await details.query(backlogDocument, {}, { requestPolicy: 'network-only' }).toPromise()
    const own = data?.systemStatus.elections.find((status) => status.election.id === options.electionId.value)
    isWaiting.value = own !== undefined && own.ballotsAccepted > own.ballotsPublished
  }

  return backlogMs
}
