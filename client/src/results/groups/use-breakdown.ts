import { computed, type Ref } from 'vue'
import type { BreakdownDefinition, Contest, Election } from '../../elections/documents.js'
import { localId } from '../../elections/local-id.js'
import { reasonOf } from '../../graphql/problems.js'
import { useRefreshedQuery } from '../../graphql/use-refreshed-query.js'
import { useQueryParameter } from '../../ui/use-query-parameter.js'
import { mayHaveGroups } from '../secrecy/choices-state.js'
import { breakdownDocument } from './documents.js'
import { groupBreakdown, type BreakdownMeasure } from './group-breakdown.js'

/** A breakdown of the definition as it stands in the URL: its attributes' ids joined by a comma. */
export function breakdownKey(definition: BreakdownDefinition): string {
  return definition.by.map((attribute) => localId(attribute.id)).join(',')
}

/** The breakdown and the measure that the reader picked (both in the URL), arranged in groups and kept fresh. */
export function useBreakdown(options: { election: () => Election, contest: () => Contest, revision: () => number, isActive: Readonly<Ref<boolean>> }) {
  /** Pairs first: they say more. */
  const offered = computed(() => [...options.election().breakdowns].sort((a, b) => b.by.length - a.by.length))
  const groupsParameter = useQueryParameter('groups')
  const countParameter = useQueryParameter('count', 'ballots')
  const chosen = computed(() => offered.value.find((one) => breakdownKey(one) === groupsParameter.value) ?? offered.value[0] ?? null)
  const isPair = computed(() => (chosen.value?.by.length ?? 0) > 1)
  const count = computed(() => {
    if (countParameter.value === 'votes' && !isPair.value) return 'votes'
    return options.contest().options.find((option) => localId(option.id) === countParameter.value)?.id ?? 'ballots'
  })
  const measure = computed<BreakdownMeasure>(() => {
    if (count.value === 'ballots') return { kind: 'ballots' }
    return count.value === 'votes' ? { kind: 'options', options: options.contest().options } : { kind: 'option', optionId: count.value }
  })

  /** Not asked for while they cannot be there. */
  const isEarly = computed(() => count.value !== 'ballots' && !mayHaveGroups(options.election()))

  const query = useRefreshedQuery(breakdownDocument, () => chosen.value === null || isEarly.value ? null : {
    electionId: options.election().id,
    by: chosen.value.by.map((attribute) => attribute.id),
    ...(count.value === 'ballots' ? {} : { contestId: options.contest().id }),
  }, { revision: options.revision, isActive: options.isActive })

  const breakdown = computed(() => {
    const answer = query.data.value?.election?.results?.breakdown ?? null
    const isAnswer = answer?.by.map((attribute) => localId(attribute.id)).join(',') === (chosen.value === null ? '' : breakdownKey(chosen.value))
    // Ballots that were asked for before say nothing of votes: their cells would read as zeros.
    const isOfContest = (query.answered.value?.contestId ?? null) === (count.value === 'ballots' ? null : options.contest().id)
    return isAnswer && isOfContest ? answer : null
  })

  return {
    offered,
    isPair,
    measure,
    isComplete: computed(() => breakdown.value?.isComplete ?? true),
    /** Choices of secret ballots are held back: voting goes on, or the last ballots are still being counted. */
    isHeld: computed(() => isEarly.value || (count.value !== 'ballots' && query.error.value !== null && reasonOf(query.error.value) === 'AFTER_CLOSE')),
    groups: computed(() => breakdown.value === null ? null : groupBreakdown(breakdown.value, measure.value)),
    error: query.error,
    groupsKey: computed({ get: () => chosen.value === null ? '' : breakdownKey(chosen.value), set: (key: string) => { groupsParameter.value = key } }),
    count: computed({ get: () => count.value, set: (value: string) => { countParameter.value = localId(value) } }),
  }
}
