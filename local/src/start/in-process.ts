import type { StartContext } from './context.js'

export async function startInProcess(_context: StartContext, _settings: Record<string, string>): Promise<void> {
  throw new Error('waits for api and stream-workers')
}
