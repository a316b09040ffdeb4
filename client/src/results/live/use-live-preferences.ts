import { useStorage } from '@vueuse/core'
import { computed, ref } from 'vue'

/** Seconds between two updates at least; 0: as it happens. */
export const THROTTLES = [0, 1, 5, 15, 60] as const
export type Throttle = (typeof THROTTLES)[number]

/** Pause holds for this page; the throttle is kept in this browser. */
export function useLivePreferences() {
  const stored = useStorage('livetally.throttle', 0)
  const throttle = computed<Throttle>({
    get: () => THROTTLES.find((value) => value === stored.value) ?? 0,
    set: (value) => { stored.value = value },
  })
  return { isPaused: ref(false), throttle }
}
