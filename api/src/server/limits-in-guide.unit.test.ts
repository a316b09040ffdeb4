import 'reflect-metadata'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { MOST_PER_SECOND } from '../live/results-stream.js'
import { MOST_PER_PAGE } from '../schema/page.js'
import { DEFAULT_LIMITS } from '../settings.js'
import { ANSWER_LIMITS } from './answer-outlet.js'
import { MOST_COST } from './cost.js'
import { MOST_BYTES, MOST_FIELDS } from './cost/answer-meter.js'
import { FIELDS_AT_ONCE, FIELDS_PER_SECOND } from './cost/client-budget.js'
import { MOST_FRAGMENTS, MOST_OF_ONE_NAME } from './document-shape.js'
import { MOST_ALIASES, MOST_DEPTH, MOST_DIRECTIVES, MOST_TOKENS } from './rules.js'
import { FRAME_LIMITS } from './socket-frames.js'
import { OUTLET_LIMITS } from './socket-outlet.js'

const guide = readFileSync(new URL('../../../docs/guide/limits.md', import.meta.url), 'utf8')
const MIB = 1024 * 1024

test.each([
  ['tokens', MOST_TOKENS, ''],
  ['depth', MOST_DEPTH, ''],
  ['fragments', MOST_FRAGMENTS, ''],
  ['fields of one name in one place', MOST_OF_ONE_NAME, ''],
  ['aliases', MOST_ALIASES, ''],
  ['directives', MOST_DIRECTIVES, ''],
  ['fields of the answer, as estimated from the document', MOST_COST, ''],
  ['fields, by the real lengths of lists', MOST_FIELDS, ''],
  ['names and texts', MOST_BYTES / MIB, ' MiB'],
  ['items of a page (`first`, `last`)', MOST_PER_PAGE, ''],
  ['messages of a subscription', MOST_PER_SECOND, ' a second'],
  ['fields answered, at once', FIELDS_AT_ONCE, ''],
  ['fields answered, for good', FIELDS_PER_SECOND, ' a second'],
  ['requests', DEFAULT_LIMITS.requestsPerMinute, ' a minute'],
  ['subscriptions', DEFAULT_LIMITS.subscriptionsPerConnection, ''],
  ['frames', FRAME_LIMITS.perMinute, ' a minute'],
  [
    'what is not read yet',
    OUTLET_LIMITS.perSocket / MIB,
    ` MiB, and ${OUTLET_LIMITS.together / MIB} MiB of all together`,
  ],
  ['open at once from an address', DEFAULT_LIMITS.connectionsPerAddress, ''],
  ['opened from an address', DEFAULT_LIMITS.handshakesPerMinute, ' a minute'],
  ['open at once in all', DEFAULT_LIMITS.connections, ''],
  ['connections from an address', DEFAULT_LIMITS.httpConnectionsPerAddress, ''],
  ['connections in all', DEFAULT_LIMITS.httpConnections, ''],
  ['requests that wait for the answer before', ANSWER_LIMITS.waiting, ''],
  [
    'answers not taken yet, of an address',
    ANSWER_LIMITS.perAddress / MIB,
    ` MiB, and ${ANSWER_LIMITS.together / MIB} MiB of all together`,
  ],
  ['time for taking an answer', ANSWER_LIMITS.withinMs / 1_000, ' s'],
])('the guide says of %s what the API holds to', (limit, value, unit) => {
  expect(guide).toContain(`\n| ${limit} | ${value.toLocaleString('en-GB')}${unit}`)
})
