import { refDebounced } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import { useRefreshedQuery } from '../graphql/use-refreshed-query.js'
import { useQueryParameter } from '../ui/use-query-parameter.js'
import { electionListDocument } from './documents.js'

const PAST_AT_ONCE = 12

/** Open, coming and past elections; the search is in the URL, and past ones come by the dozen. */
export function useElectionList() {
  const search = useQueryParameter('search')
  const typed = ref(search.value)
  const settled = refDebounced(typed, 250)
  const past = ref(PAST_AT_ONCE)
  watch(settled, (text) => { search.value = text.trim() })

  const { data, error, isLoading, ask } = useRefreshedQuery(
    electionListDocument,
    () => ({ past: past.value, ...(search.value === '' ? {} : { search: search.value }) }),
    { revision: 0 },
  )
  return {
    typed,
    search: computed(() => search.value),
    data,
    error,
    isLoading,
    hasMore: computed(() => (data.value?.past.totalCount ?? 0) > (data.value?.past.nodes.length ?? 0)),
    isEmpty: computed(() => data.value !== null && data.value.open.totalCount + data.value.coming.totalCount + data.value.past.totalCount === 0),
    showMore: () => { past.value += PAST_AT_ONCE },
    clear: () => { typed.value = '' },
    ask,
  }
}
