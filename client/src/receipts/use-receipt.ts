import { useTimeoutFn } from '@vueuse/core'
import { computed, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { graphql, type ResultOf } from '../graphql/graphql.js'
import { useRefreshedQuery } from '../graphql/use-refreshed-query.js'

const receiptDocument = graphql(`
  query ReceiptStatus($tracker: String!) {
    receipt(tracker: $tracker) {
      tracker state castAt box choicesReleased revision publishedAt
      election { id slug name timeZone ballotSecrecy releaseSize }
    }
  }
`)

export type ReceiptStatus = NonNullable<ResultOf<typeof receiptDocument>['receipt']>

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 5_000
/** Choices of a secret ballot may wait for hours: until then nobody needs to hear of them at once. */
const LONGEST_WAIT_FOR_CHOICES_MS = 60_000

/** A ballot's way by its tracker: asked again, ever more slowly, until it has come to its end. */
export function useReceipt(tracker: MaybeRefOrGetter<string>) {
  const query = useRefreshedQuery(receiptDocument, () => toValue(tracker) === '' ? null : { tracker: toValue(tracker) }, { revision: 0 })
  const receipt = computed(() => query.data.value?.receipt ?? null)
  let wait = FIRST_WAIT_MS

  const { start, stop } = useTimeoutFn(() => void query.ask(), () => wait, { immediate: false })
  watch(query.data, () => {
    if (receipt.value === null || receipt.value.choicesReleased) return stop()
    start()
    wait = Math.min(receipt.value.state === 'PUBLISHED' ? LONGEST_WAIT_FOR_CHOICES_MS : LONGEST_WAIT_MS, wait * 1.5)
  })
  watch(query.error, (error) => { if (error !== null) start() })
  watch(() => toValue(tracker), () => { wait = FIRST_WAIT_MS })

  return { receipt, isAnswered: computed(() => query.data.value !== null), error: query.error, ask: query.ask }
}
