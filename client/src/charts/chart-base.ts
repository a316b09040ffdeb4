import { usePreferredReducedMotion } from '@vueuse/core'
import { computed } from 'vue'
import { usePalette } from '../theme/use-palette.js'

/** What all charts share: type, motion (300 ms, none where the reader wants none), quiet axes and the tooltip. */
export function useChartBase() {
  const palette = usePalette()
  const motion = usePreferredReducedMotion()
  return computed(() => {
    const colors = palette.value
    const isStill = motion.value === 'reduce'
    const label = { color: colors['ink-3'], fontSize: 12, fontFamily: "'Inter Variable', Inter, sans-serif" }
    return {
      colors,
      label,
      base: {
        animation: !isStill,
        animationDuration: 300,
        animationDurationUpdate: 300,
        textStyle: { fontFamily: label.fontFamily, color: colors.ink },
      },
      valueAxis: {
        type: 'value' as const,
        min: 0,
        splitNumber: 3,
        axisLabel: label,
        splitLine: { lineStyle: { color: colors.line } },
        axisLine: { show: false },
        axisTick: { show: false },
      },
      tooltip: {
        confine: true,
        backgroundColor: colors.raised,
        borderColor: colors.line,
        padding: [8, 12] as [number, number],
        textStyle: { color: colors.ink, fontSize: 13, fontFamily: label.fontFamily },
        extraCssText: 'box-shadow: none',
      },
    }
  })
}
