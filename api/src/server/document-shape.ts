import { Kind, visit, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql/index.js'

/** What validating one document may cost: graphql-js compares every two fields of one name, and every two fragments, that meet. */
export const MOST_FRAGMENTS = 30
export const MOST_OF_ONE_NAME = 50
const MOST_MERGED = 5_000
export const MOST_TYPE_LOOKUPS = 5

/** Fields of introspection that a document asks for, as the budget of a client counts them: of `__schema` those of a whole schema, whatever is asked. */
export const SCHEMA_FIELDS = 25_000
const TYPE_FIELDS = 1_000

export type DocumentShape = { ok: true, introspection: number } | { ok: false, message: string }

/** Looks at a document before it is validated, in time that grows with its length alone. */
export function readDocumentShape(document: DocumentNode): DocumentShape {
  const fragments = new Map(document.definitions.flatMap((one) => one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : []))
  const refuse = (message: string): DocumentShape => ({ ok: false, message })
  if (fragments.size > MOST_FRAGMENTS) return refuse(`This document has ${fragments.size} fragments; at most ${MOST_FRAGMENTS} are allowed.`)
  const circle = findCircle(fragments)
  if (circle !== undefined) return refuse(`The fragment "${circle}" spreads itself.`)
  const repeated = findRepeated(document, fragments)
  if (repeated !== undefined) return refuse(repeated)
  return introspectionOf(document)
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function findCircle(fragments: Fragments): string | undefined {
  const spreads = new Map([...fragments].map(([name, fragment]) => {
    const found: string[] = []
    visit(fragment, { FragmentSpread: ({ name: { value } }) => { found.push(value) } })
    return [name, found] as const
  }))
  const done = new Set<string>()
  const isWithin = (name: string, above: ReadonlySet<string>): boolean => {
    if (above.has(name)) return true
    if (done.has(name)) return false
    done.add(name)
    return (spreads.get(name) ?? []).some((next) => isWithin(next, new Set([...above, name])))
  }
  return [...fragments.keys()].find((name) => {
    done.clear()
    return isWithin(name, new Set())
  })
}

/** Fields that are answered under one name are merged, and so is what is in them. */
function findRepeated(document: DocumentNode, fragments: Fragments): string | undefined {
  let merged = 0
  const within = (sets: readonly SelectionSetNode[]): string | undefined => {
    const byName = new Map<string, FieldNode[]>()
    const seen = new Set<string>()
    const collect = (set: SelectionSetNode): void => {
      for (const selection of set.selections) {
        if (merged > MOST_MERGED) return
        merged += 1
        if (selection.kind === Kind.FIELD) {
          const name = (selection.alias ?? selection.name).value
          byName.set(name, [...byName.get(name) ?? [], selection])
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          collect(selection.selectionSet)
        } else if (!seen.has(selection.name.value)) {
          seen.add(selection.name.value)
          const fragment = fragments.get(selection.name.value)
          if (fragment !== undefined) collect(fragment.selectionSet)
        }
      }
    }
    for (const set of sets) collect(set)
    for (const [name, fields] of byName) {
      if (fields.length > MOST_OF_ONE_NAME) return `"${name}" is asked for ${fields.length} times in one place; at most ${MOST_OF_ONE_NAME} are allowed.`
      const found = within(fields.flatMap(({ selectionSet }) => selectionSet ?? []))
      if (found !== undefined) return found
    }
    return merged > MOST_MERGED ? `This document comes to more than ${MOST_MERGED} fields once its fragments are put together. Ask for less at a time.` : undefined
  }
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue
    const found = within([definition.selectionSet])
    if (found !== undefined) return found
  }
  return undefined
}

/** The schema is asked for once, and without aliases, with which its answer could be made as long as one likes. */
function introspectionOf(document: DocumentNode): DocumentShape {
  let schemas = 0
  let types = 0
  let aliases = 0
  visit(document, {
    Field({ name: { value }, alias }) {
      if (value === '__schema') schemas += 1
      if (value === '__type') types += 1
      if (alias !== undefined) aliases += 1
    },
  })
  if (schemas > 1 || types > MOST_TYPE_LOOKUPS) return { ok: false, message: `A document asks for \`__schema\` once and for \`__type\` ${MOST_TYPE_LOOKUPS} times at the most.` }
  if (schemas > 0 && aliases > 0) return { ok: false, message: 'A document that asks for `__schema` takes no aliases.' }
  return { ok: true, introspection: schemas * SCHEMA_FIELDS + types * TYPE_FIELDS }
}
