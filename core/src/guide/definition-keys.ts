import { z } from 'zod'
import {
  BALLOT_SECRECIES,
  definitionShape,
  LOCAL_ID,
  REPORTING_UNIT_KINDS,
  RESULTS_VISIBILITIES,
  TIME_SOURCES,
  VOTE_CHANNELS,
  VOTE_VARIATIONS,
} from '../election/index.js'
import { KEY_MEANINGS } from './key-meanings.js'
import { wrapLine } from './wrap-line.js'

type JsonSchema = z.core.JSONSchema.JSONSchema

/** Lists that are named in the guide once, by the heading of their section. */
const VOCABULARIES: readonly (readonly [title: string, words: readonly string[]])[] = [
  ['Kinds of units', REPORTING_UNIT_KINDS],
  ['Channels', VOTE_CHANNELS],
  ['Variations', VOTE_VARIATIONS],
  ['Visibilities of results', RESULTS_VISIBILITIES],
  ['Secrecies of ballots', BALLOT_SECRECIES],
  ['Sources of time', TIME_SOURCES],
]
const LONGEST_INLINE_LIST = 5

/**
 * The part of docs/guide/election-definition.md that names every key: a section for each object of the document, then
 * the lists of words. Markdown, lines of at most 118 columns. Throws for a key whose meaning is not written down, and
 * for a meaning without a key.
 */
export function describeDefinitionKeys(): string {
  const objects = objectsIn('', shapeOfDefinition())
  const known = new Set(objects.flatMap(({ keys }) => keys.map(({ path }) => path)))
  const stale = Object.keys(KEY_MEANINGS).filter((path) => !known.has(path) && !known.has(path.replace(/\[\]$/, '')))
  if (stale.length > 0) throw new Error(`There is no key ${stale.join(', ')} in the election definition.`)
  const sections = objects.map(
    ({ path, keys }) => `### ${path === '' ? 'The document' : `\`${path}\``}\n\n${keys.map(describeKey).join('\n')}`,
  )
  const lists = VOCABULARIES.map(([title, words]) =>
    wrapLine(`- **${title}**: ${words.map((word) => `\`${word}\``).join(', ')}`, '  '),
  )
  return `${sections.join('\n\n')}\n\n### Lists of words\n\n${lists.join('\n')}\n`
}

interface Key {
  readonly path: string
  readonly name: string
  readonly schema: JsonSchema
  readonly isRequired: boolean
}
interface ObjectKeys {
  readonly path: string
  readonly keys: readonly Key[]
}

/** As JSON Schema; where a rule is more than a number, `description` is its message. */
function shapeOfDefinition(): JsonSchema {
  return z.toJSONSchema(definitionShape, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const message = messageOf(zodSchema)
      if (message !== undefined) jsonSchema.description = message
    },
  })
}

/** The sentence with which a pattern or a rule of our own refuses a value. */
function messageOf({ _zod: { def } }: z.core.$ZodType): string | undefined {
  const checks = 'checks' in def ? (def.checks as readonly z.core.$ZodCheck[] | undefined) : undefined
  const rules = [def, ...(checks ?? []).map((check) => check._zod.def)].filter(
    (rule) =>
      ('format' in rule && rule.format === 'datetime') ||
      ('check' in rule && (rule.check === 'custom' || rule.check === 'string_format')),
  )
  // What these say does not depend on the value.
  const [said] = rules.map((rule) => (rule.error as ((issue: unknown) => unknown) | undefined)?.({}))
  return typeof said === 'string' ? said : undefined
}

function objectsIn(path: string, schema: JsonSchema): ObjectKeys[] {
  const keys = Object.entries(schema.properties ?? {}).map(([name, part]): Key => ({
    name,
    path: path === '' ? name : `${path}.${name}`,
    schema: part as JsonSchema,
    isRequired: schema.required?.includes(name) === true,
  }))
  const inner = keys.flatMap((key) => {
    if (key.schema.type === 'object') return objectsIn(key.path, key.schema)
    const items = itemsOf(key.schema)
    return items?.type === 'object' ? objectsIn(`${key.path}[]`, items) : []
  })
  return [{ path, keys }, ...inner]
}

function describeKey({ path, name, schema, isRequired }: Key): string {
  const meaning = KEY_MEANINGS[path]
  if (meaning === undefined) throw new Error(`What is "${path}" for? Write it into core/src/guide/key-meanings.ts.`)
  const presence = isRequired
    ? 'required'
    : schema.default === undefined || schema.type === 'object'
      ? 'optional'
      : `default \`${JSON.stringify(schema.default).replaceAll('"', '')}\``
  const limits = limitsOf(schema)
  const each = KEY_MEANINGS[`${path}[]`]
  return wrapLine(
    [`- \`${name}\`: ${typeOf(schema)}, ${presence}${limits === '' ? '' : `; ${limits}`}.`, meaning, each ?? '']
      .join(' ')
      .trimEnd(),
    '  ',
  )
}

function typeOf(schema: JsonSchema): string {
  const vocabulary = VOCABULARIES.find(([, words]) => words.join() === schema.enum?.join())
  if (vocabulary !== undefined)
    return vocabulary[1].length > LONGEST_INLINE_LIST
      ? `one of the [${vocabulary[0].toLowerCase()}](#lists-of-words)`
      : vocabulary[1].map((word) => `\`${word}\``).join(' or ')
  switch (schema.type) {
    case 'integer':
      return 'a whole number'
    case 'boolean':
      return '`true` or `false`'
    case 'string':
      return schema.format === 'date-time' ? 'an instant' : isId(schema) ? 'an id' : 'a text'
    case 'object':
      return 'an object'
    case 'array':
      return `a list of ${pluralOf(itemsOf(schema) ?? {})}`
    default:
      throw new Error(`The guide has no word for the type ${String(schema.type)}.`)
  }
}

function pluralOf(items: JsonSchema): string {
  switch (items.type) {
    case 'string':
      return isId(items) ? 'ids' : 'texts'
    case 'object':
      return 'objects'
    case 'array':
      return `lists of ${pluralOf(itemsOf(items) ?? {})}`
    default:
      throw new Error(`The guide has no plural for the type ${String(items.type)}.`)
  }
}

/** What ids and instants look like is said once, in the guide. */
function isId({ pattern }: JsonSchema): boolean {
  return pattern === LOCAL_ID.source
}

function itemsOf({ items }: JsonSchema): JsonSchema | undefined {
  return typeof items === 'object' && !Array.isArray(items) ? (items as JsonSchema) : undefined
}

function limitsOf(schema: JsonSchema): string {
  if (isId(schema) || schema.format === 'date-time') return ''
  const said = schema.description?.replace(/^must be /, '')
  const range = between(schema.minimum, schema.maximum === Number.MAX_SAFE_INTEGER ? undefined : schema.maximum)
  const length =
    said !== undefined && schema.maxLength === undefined
      ? ''
      : suffixed(between(schema.minLength, schema.maxLength), 'characters')
  const count = suffixed(between(schema.minItems, schema.maxItems), 'items')
  const inner = schema.type === 'array' ? itemsOf(schema) : undefined
  const each = inner?.type === 'array' ? suffixed(between(inner.minItems, inner.maxItems), 'items each') : ''
  return [range, length, count, each, said ?? ''].filter((part) => part !== '').join('; ')
}

function between(least: number | undefined, most: number | undefined): string {
  const [from, to] = [least, most].map((limit) => limit?.toLocaleString('en-GB'))
  if (from === undefined || from === '0')
    return to === undefined
      ? from === undefined
        ? ''
        : '0 or more'
      : from === undefined
        ? `at most ${to}`
        : `0 to ${to}`
  return to === undefined ? `${from} or more` : `${from} to ${to}`
}

function suffixed(range: string, what: string): string {
  return range === '' ? '' : `${range} ${what}`
}
