import { useElementVisibility } from '@vueuse/core'
import { computed, useTemplateRef } from 'vue'

/** Whether the element with this template ref is in sight, or nearly: panels out of sight ask the server nothing. */
export function useInSight(name: string) {
  const element = useTemplateRef<HTMLElement>(name)
  const isVisible = useElementVisibility(element, { rootMargin: '200px' })
  return computed(() => isVisible.value)
}
