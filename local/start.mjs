// What `npm start` runs. Plain JavaScript without dependencies: on a fresh clone there is nothing else yet.
import { prepareClone } from './prepare.mjs'

process.title = 'livetally'
await prepareClone()
await import('./dist/start/command.js')
