import { z } from 'zod'
import { EVENT_KINDS, type EventKind } from './event-catalog.js'
import type { TopicSpec } from '../event-log.js'
import { signedBallotSchema } from '../records/signed-ballot.js'
import { TOPICS } from '../topics.js'

type Document = Record<string, unknown>

/** The contract of all topics as an AsyncAPI 3.0 document, made from the schemas that the code itself reads and writes by. */
export function asyncApiDocument(): Document {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'LiveTally over Kafka',
      version: '1.0.0',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      description: [
        'Every value is JSON with a version `v`. Within a version fields are only ever added, and those that a reader does not know are to be left alone: an old and a new writer can be read alike. Anything else raises `v`.',
        'Records are delivered at least once, in order per partition. Times are milliseconds since 1970. What to sign and how: docs/guide/ingest-over-kafka.md.',
      ].join('\n\n'),
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(EVENT_KINDS.map((kind) => [kind.topic, channelOf(kind)])),
    operations: Object.fromEntries(EVENT_KINDS.map((kind) => [
      `${kind.direction === 'IN' ? 'receive' : 'send'}${kind.name}`,
      { action: kind.direction === 'IN' ? 'receive' : 'send', channel: { $ref: `#/channels/${kind.topic}` }, messages: [{ $ref: `#/channels/${kind.topic}/messages/${kind.name}` }] },
    ])),
    components: {
      messages: Object.fromEntries(EVENT_KINDS.map((kind) => [kind.name, messageOf(kind)])),
      schemas: Object.fromEntries([...EVENT_KINDS.map(({ name, schema }) => [name, jsonSchemaOf(schema)]), ['SignedBallot', jsonSchemaOf(signedBallotSchema)]]),
    },
  }
}

function channelOf({ topic, name }: EventKind): Document {
  const spec = TOPICS.find((candidate) => candidate.name === topic)
  return {
    address: `{prefix}${topic}`,
    parameters: { prefix: { description: 'What the installation puts before its topics (TOPIC_PREFIX).', default: 'livetally.' } },
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
    ...spec === undefined ? {} : { bindings: { kafka: kafkaBinding(spec) } },
  }
}

function kafkaBinding({ partitions, isCompacted = false, retentionMs }: TopicSpec): Document {
  const policy = isCompacted ? (retentionMs === undefined ? ['compact'] : ['compact', 'delete']) : ['delete']
  return { partitions, topicConfiguration: { 'cleanup.policy': policy, ...retentionMs === undefined ? {} : { 'retention.ms': retentionMs } }, bindingVersion: '0.5.0' }
}

function messageOf({ name, key, summary, direction }: EventKind): Document {
  return {
    name,
    summary,
    payload: { $ref: `#/components/schemas/${name}` },
    bindings: { kafka: { key: { type: 'string', description: key }, bindingVersion: '0.5.0' } },
    ...direction === 'WITHIN' ? { description: 'Between parts of LiveTally; others may listen, and write nothing here.' } : {},
  }
}

/** JSON Schema draft 7, which AsyncAPI builds on. As a reader takes it: what is not named may be there. */
export function jsonSchemaOf(schema: z.ZodType): Document {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', override: ({ jsonSchema }) => { delete jsonSchema.readOnly } })
  return rest
}
