import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GUARDS } from './guards.js'

test('every guard that can be switched off stands beside its rule in docs/counting-rules.md, and no other', () => {
  const text = readFileSync(new URL('../../../docs/counting-rules.md', import.meta.url), 'utf8')
  const [, section = ''] = text.split('\n## Guards\n')
  const [table = ''] = section.split('\n## ')
  const rows = [...table.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)]
    .map(([, guards = '']) => guards)
    .filter((guards) => guards !== 'guard' && !guards.startsWith('---'))
  expect(rows.flatMap((guards) => guards.split(', ')).toSorted()).toEqual(GUARDS.toSorted())
})
