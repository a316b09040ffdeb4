import { usePreferredDark, useStorage } from '@vueuse/core'
import { computed, watchEffect } from 'vue'

export type ThemeChoice = 'system' | 'light' | 'dark'

/** The reader's choice of theme, kept in this browser under the name that `public/theme.js` reads before the first paint. */
const choice = useStorage<ThemeChoice>('livetally.theme', 'system')

/** `choice` may be written; `isDark` is what holds at present. */
export function useTheme() {
  const systemIsDark = usePreferredDark()
  const isDark = computed(() => choice.value === 'dark' || (choice.value === 'system' && systemIsDark.value))
  return { choice, isDark }
}

/** Keeps `data-theme` on the document in step with the choice. Call once. */
export function applyTheme(): void {
  watchEffect(() => {
    const root = document.documentElement
    if (choice.value === 'system') delete root.dataset['theme']
    else root.dataset['theme'] = choice.value
  })
}
