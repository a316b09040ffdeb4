import { computed, shallowRef, watch, type Ref } from 'vue'
import type { Contest, Election } from '../elections/documents.js'
import { timelineDocument, type Results } from './documents.js'
import { accumulate, fillWindows, WINDOW_SECONDS, windowDuration, windowFor, type WindowSeconds } from './series.js'
import { useRefreshedQuery } from './use-refreshed-query.js'

/** More windows than this are not offered: neither the server nor the eye gains by them. */
const MOST_WINDOWS = 480

/**
 * The votes of a contest over time. `chosen` is the reader's window in seconds or 0 for automatic: then the smallest
 * window that shows the voting so far in a readable number of points.
 */
export function useTrend(options: {
  election: () => Election
  contest: () => Contest
  results: () => Results | null
  isActive: Readonly<Ref<boolean>>
  chosen: Readonly<Ref<number>>
  isCumulative: Readonly<Ref<boolean>>
}) {
  /** From the first window to the last, once they are known; until then from the opening to the newest ballot. */
  const seenSpanMs = shallowRef<number | null>(null)
  const spanMs = computed(() => seenSpanMs.value ?? expectedSpan(options.election(), options.results()))
  const automatic = computed(() => windowFor(spanMs.value))
  const size = computed<WindowSeconds>(() => WINDOW_SECONDS.find((seconds) => seconds === options.chosen.value) ?? automatic.value)

  const query = useRefreshedQuery(timelineDocument, () => ({
    electionId: options.election().id,
    contestId: options.contest().id,
    size: windowDuration(size.value),
  }), { revision: () => options.results()?.revision ?? 0, isActive: options.isActive })

  const windows = computed(() => query.data.value?.election?.results?.timeline ?? [])
  /** The size that the windows at hand have: the one asked for may still be on its way. */
  const shownSize = computed<WindowSeconds>(() => WINDOW_SECONDS.find((seconds) => windowDuration(seconds) === query.answered.value?.size) ?? size.value)
  const isOfContest = computed(() => query.answered.value?.contestId === options.contest().id)
  const points = computed(() => {
    if (!isOfContest.value) return []
    const filled = fillWindows(windows.value, shownSize.value)
    return options.isCumulative.value ? accumulate(filled) : filled
  })

  watch(windows, (known) => {
    const [first, last] = [known[0], known.at(-1)]
    if (first !== undefined && last !== undefined) seenSpanMs.value = Date.parse(last.end) - Date.parse(first.start)
  })

  const offered = computed(() => WINDOW_SECONDS.filter((seconds) => spanMs.value / (seconds * 1_000) <= MOST_WINDOWS))
  const isLoading = computed(() => query.isLoading.value && points.value.length === 0)
  return { points, size: shownSize, automatic, offered, isLoading, error: query.error }
}

function expectedSpan(election: Election, results: Results | null): number {
  const newest = results?.asOf ?? results?.publishedAt
  return newest === undefined ? 0 : Math.max(0, Date.parse(newest) - Date.parse(election.opensAt))
}
