import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/**
 * A filter that lives in the URL, so that a shared link restores the view. Writing the fallback removes it from the
 * URL. The history gets no entry for it.
 */
export function useQueryParameter(name: string, fallback = '') {
  const route = useRoute()
  const router = useRouter()
  return computed<string>({
    get() {
      const value = route.query[name]
      return typeof value === 'string' ? value : fallback
    },
    set(value) {
      const query = { ...route.query }
      if (value === fallback) delete query[name]
      else query[name] = value
      void router.replace({ query, hash: route.hash })
    },
  })
}
