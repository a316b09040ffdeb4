// What `npm start` runs. Plain JavaScript without dependencies: on a fresh clone there is nothing else yet.
import { begin, buildIfNeeded, checkNode, installIfNeeded, StepFailure } from './prepare.mjs'

process.title = 'livetally'
await checkNode()
const preparation = begin()
try {
  await installIfNeeded(preparation)
  await buildIfNeeded(preparation)
} catch (error) {
  if (!(error instanceof StepFailure)) throw error
  process.exit(1)
}
preparation.end()
await import('./dist/start/command.js')
