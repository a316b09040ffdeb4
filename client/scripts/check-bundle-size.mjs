import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'

/** Script of the first view, gzip: before charts and with them. See `npm run check:size -w client`. */
const LIMIT_KIB = { 'before charts': 250, 'with charts': 450 }

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'))

/** Every script that the named chunks need before they can run. */
function scriptsOf(names, found = new Set()) {
  for (const name of names) {
    const chunk = manifest[name]
    if (chunk === undefined) throw new Error(`The build has no chunk ${name}; run "npm run build -w client" first`)
    if (found.has(chunk.file)) continue
    found.add(chunk.file)
    scriptsOf(chunk.imports ?? [], found)
  }
  return found
}

async function kibibytes(files) {
  const sizes = await Promise.all([...files].map(async (file) => gzipSync(await readFile(new URL(file, dist))).length))
  return sizes.reduce((sum, size) => sum + size, 0) / 1024
}

const firstView = ['index.html', 'src/pages/DashboardPage.vue']
const charts = ['src/charts/TrendChart.vue', 'src/charts/HoursChart.vue', 'src/charts/DonutChart.vue']
const measured = {
  'before charts': await kibibytes(scriptsOf(firstView)),
  'with charts': await kibibytes(scriptsOf([...firstView, ...charts])),
}

for (const [view, size] of Object.entries(measured)) {
  const isOver = size > LIMIT_KIB[view]
  console.log(`dashboard ${view}: ${size.toFixed(1)} KiB gzip of ${LIMIT_KIB[view]} KiB${isOver ? ', too much' : ''}`)
  if (isOver) process.exitCode = 1
}
