import { computed, shallowRef, watch, type Ref } from 'vue'
import type { Contest, Election } from '../../elections/documents.js'
import { useRefreshedQuery } from '../../graphql/use-refreshed-query.js'
import { useQueryParameter } from '../../ui/use-query-parameter.js'
import type { Results } from '../documents.js'
import { timelineDocument } from './documents.js'
import { offeredFor, TREND_KINDS, windowFor, windowInput, type TrendKind, type WindowSeconds } from './series.js'
import { useWindowUnit } from './use-window-unit.js'

/**
 * The votes of a contest over time, as the reader chose in the URL: the kind of windows, their length (or automatic: the
 * smallest that shows the voting so far in a readable number of points), and where they were cast.
 */
export function useTrend(options: {
  election: () => Election
  contest: () => Contest
  results: () => Results | null
  isActive: Readonly<Ref<boolean>>
}) {
  const kindParameter = useQueryParameter('trend', 'cumulative')
  const lengthParameter = useQueryParameter('window')
  const { unit } = useWindowUnit(options.election)
  const kind = computed<TrendKind>(() => TREND_KINDS.find((one) => one === kindParameter.value) ?? 'cumulative')

  /** From the first window to the last, once they are known; until then from the opening to the newest ballot. */
  const seenSpanMs = shallowRef<number | null>(null)
  const spanMs = computed(() => seenSpanMs.value ?? expectedSpan(options.election(), options.results()))
  const offered = computed(() => offeredFor(kind.value, spanMs.value))
  const automatic = computed(() => windowFor(kind.value, spanMs.value))
  const chosen = computed(() => offered.value.find((seconds) => String(seconds) === lengthParameter.value) ?? 0)
  const length = computed<WindowSeconds>(() => chosen.value === 0 ? automatic.value : chosen.value)

  const query = useRefreshedQuery(timelineDocument, () => ({
    electionId: options.election().id,
    contestId: options.contest().id,
    window: windowInput(kind.value, length.value),
    ...(unit.value === null ? {} : { reportingUnitId: unit.value.id }),
  }), { revision: () => options.results()?.revision ?? 0, isActive: options.isActive })

  /** What is at hand may still answer another question: then it is not shown. */
  const isAnswer = computed(() => {
    const answered = query.answered.value
    return answered?.contestId === options.contest().id && answered.window.kind === windowInput(kind.value, length.value).kind && answered.reportingUnitId === unit.value?.id
  })
  const windows = computed(() => isAnswer.value ? query.data.value?.election?.results?.timeline ?? [] : [])
  /** The length that the windows at hand have: the one asked for may still be on its way. */
  const shownLength = computed<WindowSeconds>(() => {
    const answered = JSON.stringify(query.answered.value?.window)
    return offered.value.find((seconds) => JSON.stringify(windowInput(kind.value, seconds)) === answered) ?? length.value
  })

  watch(windows, (known) => {
    const [first, last] = [known[0], known.at(-1)]
    if (first !== undefined && last !== undefined) seenSpanMs.value = Date.parse(last.end) - Date.parse(first.start)
  })

  return {
    kind: computed({ get: () => kind.value, set: (value: TrendKind) => { kindParameter.value = value } }),
    chosen: computed({ get: () => chosen.value, set: (value: number) => { lengthParameter.value = value === 0 ? '' : String(value) } }),
    windows, length: shownLength, automatic, offered, unit,
    isLoading: computed(() => query.isLoading.value && windows.value.length === 0),
    error: query.error,
  }
}

function expectedSpan(election: Election, results: Results | null): number {
  const newest = results?.asOf ?? results?.publishedAt
  return newest === undefined ? 0 : Math.max(0, Date.parse(newest) - Date.parse(election.opensAt))
}
