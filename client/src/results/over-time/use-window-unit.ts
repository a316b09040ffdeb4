import { computed } from 'vue'
import type { Election } from '../../elections/documents.js'
import { localId } from '../../elections/local-id.js'
import { useQueryParameter } from '../../ui/use-query-parameter.js'

/** The unit whose windows the reader looks at; it lives in the URL, one for all panels over time. Without one: the whole election. */
export function useWindowUnit(election: () => Election) {
  const parameter = useQueryParameter('within')
  const unit = computed(() => election().windowUnits.find((one) => localId(one.id) === parameter.value) ?? null)
  return {
    unit,
    /** The unit's part of the URL; empty for the whole election. */
    within: computed({ get: () => unit.value === null ? '' : localId(unit.value.id), set: (value: string) => { parameter.value = value } }),
    offered: computed(() => election().windowUnits.map(({ id, name }) => ({ value: localId(id), label: name }))),
  }
}
