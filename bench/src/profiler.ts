import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { basename, join } from 'node:path'

/**
 * Imported into a process under measurement (see `profilingEnv`): writes a CPU profile of its whole life when it ends, for the
 * DevTools of any browser. The folder stands in the query of the module's own address.
 */
const folder = new URL(import.meta.url).searchParams.get('folder') ?? '.'
const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.start')
process.once('exit', () => {
  session.post('Profiler.stop', (error, stopped) => {
    if (error === null) writeFileSync(join(folder, `${basename(process.argv[1] ?? 'node', '.js')}-${process.pid}.cpuprofile`), JSON.stringify(stopped.profile))
  })
})
