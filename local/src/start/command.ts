import { start } from './index.js'

/** What remains of `npm start` once everything is installed and built. The title tells a second start who holds the data folder. */
process.title = 'livetally'
await start(process.argv.slice(2))
