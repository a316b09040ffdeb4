import { fileURLToPath } from 'node:url'

/** The top folder of the project. Found from `dist` as from `src`: both lie two folders below it. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url))

/** Entries of what runs as a process of its own, from the project's top folder. */
export const entries = {
  api: 'api/dist/index.js',
  token: 'api/dist/auth/token-command.js',
  workers: 'stream-workers/dist/index.js',
  migrate: 'local/dist/migrate/index.js',
  rebuild: 'stream-workers/dist/rebuild/index.js',
  recount: 'stream-workers/dist/recount/index.js',
  ingestKey: 'stream-workers/dist/ingest/key-command.js',
  quarantine: 'stream-workers/dist/quarantine/index.js',
  election: 'simulator/dist/commands/election.js',
  voters: 'simulator/dist/commands/voters.js',
  replay: 'simulator/dist/commands/replay.js',
  simulate: 'simulator/dist/commands/simulate.js',
} as const

export type EntryName = keyof typeof entries
