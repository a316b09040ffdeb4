// What `npm run <command>` runs: the compiled command, after whatever a fresh clone needs first. Plain JavaScript without
// dependencies. What it says meanwhile goes to stderr: stdout is the command's.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { prepareClone, root } from './prepare.mjs'

const [command] = process.argv.splice(2, 1)
const target = join(root, command)
const isThere = (path) => stat(path).then(() => true, () => false)

// A running system is built of the same files: what is there is run as it is.
if (!(await isThere(target)) || !(await isThere(join(root, 'node_modules')))) await prepareClone(1, console.error)
process.argv[1] = target
await import(pathToFileURL(target).href)
