import { parse, specifiedRules, validate, type DocumentNode, type GraphQLError, type GraphQLSchema } from 'graphql/index.js'
import { LIMIT_RULES, PARSE_OPTIONS } from './rules.js'

export type ReadDocument = { ok: true, document: DocumentNode } | { ok: false, errors: readonly GraphQLError[] }

const MOST_REMEMBERED = 500
const LONGEST_REMEMBERED = 20_000

/** Parses and validates documents under the rules of `rules.ts`. Remembers those that were right: viewers all send the same few. */
export function createDocumentReader(schema: GraphQLSchema): (source: string) => ReadDocument {
  const known = new Map<string, DocumentNode>()
  return (source) => {
    const remembered = known.get(source)
    if (remembered !== undefined) return { ok: true, document: remembered }
    const read = readDocument(schema, source)
    if (read.ok && source.length <= LONGEST_REMEMBERED) {
      if (known.size >= MOST_REMEMBERED) known.clear()
      known.set(source, read.document)
    }
    return read
  }
}

function readDocument(schema: GraphQLSchema, source: string): ReadDocument {
  try {
    const document = parse(source, PARSE_OPTIONS)
    const errors = validate(schema, document, [...specifiedRules, ...LIMIT_RULES])
    return errors.length === 0 ? { ok: true, document } : { ok: false, errors }
  } catch (error) {
    return { ok: false, errors: [error as GraphQLError] }
  }
}
