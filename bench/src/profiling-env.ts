import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'

/** Settings under which a Node process writes its CPU profile into the folder; none without one. */
export function profilingEnv(folder: string | undefined): Record<string, string> {
  if (folder === undefined) return {}
  mkdirSync(folder, { recursive: true })
  const profiler = new URL('./profiler.js', import.meta.url)
  profiler.searchParams.set('folder', resolve(folder))
  return { NODE_OPTIONS: `--import=${profiler.href}` }
}
