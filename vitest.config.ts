import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Tests run on the sources of every package; only spawned processes use what `npm run build` emitted. */
const alias = [
  { find: /^@livetally\/core\/(election|events|store|voting)$/, replacement: source('./core/src/$1/index.ts') },
  { find: '@livetally/api/auth', replacement: source('./api/src/auth/index.ts') },
  { find: '@livetally/api/parts', replacement: source('./api/src/parts.ts') },
  { find: '@livetally/api', replacement: source('./api/src/api.ts') },
  { find: '@livetally/stream-workers/recount', replacement: source('./stream-workers/src/recount/recount.ts') },
  { find: '@livetally/stream-workers/parts', replacement: source('./stream-workers/src/parts.ts') },
  { find: '@livetally/stream-workers', replacement: source('./stream-workers/src/workers.ts') },
  { find: '@livetally/simulator', replacement: source('./simulator/src/index.ts') },
  { find: '@livetally/bench/parts', replacement: source('./bench/src/parts.ts') },
  { find: '@livetally/local/test-network', replacement: source('./local/src/test-network/index.ts') },
  { find: '@livetally/local/faults', replacement: source('./local/src/faults/index.ts') },
  { find: '@livetally/local', replacement: source('./local/src/index.ts') },
]

const packages = '{core,api,stream-workers,simulator,local,bench,proving}'

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: [`${packages}/src/**/*.unit.test.ts`], testTimeout: 60_000 },
      },
      {
        extends: true,
        // Alone: it has threads of its own for every core.
        test: { name: 'simulation', include: ['proving/src/**/*.simulation.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'int',
          include: [`${packages}/src/**/*.int.test.ts`],
          globalSetup: ['local/src/test-network/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: [`{${packages.slice(1, -1)},client}/src/**/*.e2e.test.ts`],
          globalSetup: ['local/src/test-network/global-setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
        },
      },
      'client/vitest.config.ts',
    ],
  },
})
