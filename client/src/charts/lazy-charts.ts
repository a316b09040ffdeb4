import { defineAsyncComponent, h } from 'vue'
import SkeletonBlock from '../ui/SkeletonBlock.vue'

/** Charts come with ECharts, which is loaded only when the first of them is shown; until then their place is kept. */
const loadingComponent = { render: () => h(SkeletonBlock, { class: 'h-full w-full' }) }

export const TrendChart = defineAsyncComponent({ loader: () => import('./TrendChart.vue'), loadingComponent, delay: 0 })
export const HoursChart = defineAsyncComponent({ loader: () => import('./HoursChart.vue'), loadingComponent, delay: 0 })
export const DonutChart = defineAsyncComponent({ loader: () => import('./DonutChart.vue'), loadingComponent, delay: 0 })
