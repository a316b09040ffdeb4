import { computed, nextTick, shallowRef, watch } from 'vue'
import { formatColor, parseColor } from './color.js'
import { useTheme } from './use-theme.js'

const names = ['page', 'ink', 'ink-2', 'ink-3', 'line', 'neutral', 'accent', 'raised', 'track'] as const
type PaletteName = (typeof names)[number]
/** The tokens as the browser computed them for the present theme, `#rrggbb`: for charts, which cannot read variables. */
export type Palette = Readonly<Record<PaletteName, string>>

const palette = shallowRef<Palette>(readPalette())
let isFollowing = false

export function usePalette() {
  const { isDark, choice } = useTheme()
  if (!isFollowing) {
    isFollowing = true
    watch([isDark, choice], async () => {
      await nextTick()
      palette.value = readPalette()
    }, { immediate: true, flush: 'post' })
  }
  return computed(() => palette.value)
}

function readPalette(): Palette {
  const probe = document.createElement('span')
  probe.hidden = true
  document.documentElement.append(probe)
  const read = (name: string) => {
    probe.style.color = `var(--${name})`
    return formatColor(parseColor(getComputedStyle(probe).color))
  }
  const entries = names.map((name) => [name, read(name)] as const)
  probe.remove()
  return Object.fromEntries(entries) as Record<PaletteName, string>
}
