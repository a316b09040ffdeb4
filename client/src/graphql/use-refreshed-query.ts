import type { AnyVariables, CombinedError, TypedDocumentNode } from '@urql/vue'
import { onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { useServer } from './client.js'

/** Tables and charts beside the live totals are asked for again at most this often. */
export const REFRESH_MS = 2_000

/**
 * A query whose answer is kept fresh: asked when its variables change, and again when `revision` moves, at most every
 * 2 s. The last answer stays until the next one is there. An answer that was overtaken is dropped. Nothing is asked
 * while `isActive` is false (a panel out of sight).
 */
export function useRefreshedQuery<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: () => Variables | null,
  options: { revision: MaybeRefOrGetter<number>, isActive?: MaybeRefOrGetter<boolean> },
) {
  const { details } = useServer()
  const data = shallowRef<Data | null>(null)
  const error = shallowRef<CombinedError | null>(null)
  const isLoading = shallowRef(true)
  /** The variables that `data` answers. */
  const answered = shallowRef<Variables | null>(null)
  let asking: string | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let isStale = false
  let isGone = false

  async function ask(): Promise<void> {
    const asked = variables()
    if (asked === null || isGone || toValue(options.isActive) === false) return
    const key = JSON.stringify(asked)
    // The same question is on its way: its answer is waited for, and asked again after it.
    if (asking === key) {
      isStale = true
      return
    }
    asking = key
    const result = await details.query(document, asked, { requestPolicy: 'network-only' }).toPromise()
    if (asking !== key || isGone) return
    asking = null
    isLoading.value = false
    error.value = result.error ?? null
    if (result.data !== undefined && result.data !== null) {
      data.value = result.data
      answered.value = asked
    }
    if (isStale) {
      isStale = false
      refresh()
    }
  }

  /** Revisions of the next 2 s share one question; a single one is not left out. */
  function refresh(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      void ask()
    }, REFRESH_MS)
  }

  watch(() => JSON.stringify(variables()), () => {
    isLoading.value = true
    void ask()
  }, { immediate: true })
  watch(() => toValue(options.revision), refresh)
  watch(() => toValue(options.isActive), (active) => { if (active === true) void ask() })
  onScopeDispose(() => {
    isGone = true
    clearTimeout(timer)
  })

  return { data, error, isLoading, answered, ask }
}
