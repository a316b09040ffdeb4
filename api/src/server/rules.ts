import { GraphQLError, Kind, OperationTypeNode, type ASTVisitor, type FieldNode, type SelectionSetNode, type ValidationContext, type ValidationRule } from 'graphql/index.js'
import { limitCost } from './cost.js'
import { refuseNul } from './nul.js'
import { refuseConditionalSubscriptions } from './subscription-roots.js'

/** What one document may ask for. The same for HTTP and WebSocket. */
export const MOST_TOKENS = 1_000
export const MOST_DEPTH = 10
export const MOST_ALIASES = 15
export const MOST_ROOT_MUTATIONS = 1
export const MOST_DIRECTIVES = 20

/** Introspection describes types within types; tools ask for it deeper than any data is. */
const MOST_INTROSPECTION_DEPTH = 20

/** Options of graphql-js' parser that refuse a document before it costs anything. */
export const PARSE_OPTIONS = { maxTokens: MOST_TOKENS }

const limitDepth: ValidationRule = (context) => {
  const depth = measure(context, (depths) => Math.max(0, ...depths), (field, within) => {
    const depth = 1 + within
    return field.name.value.startsWith('__') ? Math.max(1, depth - MOST_INTROSPECTION_DEPTH) : depth
  })
  return {
    OperationDefinition(node) {
      const found = depth(node.selectionSet)
      if (found > MOST_DEPTH) context.reportError(new GraphQLError(`This document is ${found} fields deep; at most ${MOST_DEPTH} are allowed.`, { nodes: node }))
    },
  }
}

const limitAliases: ValidationRule = (context): ASTVisitor => {
  let aliases = 0
  return {
    Field(node) {
      if (node.alias !== undefined) aliases += 1
    },
    Document: {
      leave() {
        if (aliases > MOST_ALIASES) context.reportError(new GraphQLError(`This document has ${aliases} aliases; at most ${MOST_ALIASES} are allowed.`))
      },
    },
  }
}

const limitDirectives: ValidationRule = (context): ASTVisitor => {
  let directives = 0
  return {
    Directive() { directives += 1 },
    Document: {
      leave() {
        if (directives > MOST_DIRECTIVES) context.reportError(new GraphQLError(`This document has ${directives} directives; at most ${MOST_DIRECTIVES} are allowed.`))
      },
    },
  }
}

const limitRootMutations: ValidationRule = (context) => {
  const count = measure(context, (counts) => counts.reduce((sum, one) => sum + one, 0), () => 1)
  return {
    OperationDefinition(node) {
      if (node.operation !== OperationTypeNode.MUTATION || count(node.selectionSet) <= MOST_ROOT_MUTATIONS) return
      context.reportError(new GraphQLError('A document may hold one mutation field: send the others in requests of their own.', { nodes: node }))
    },
  }
}

/** Rules on top of those of the GraphQL specification. */
export const LIMIT_RULES: readonly ValidationRule[] = [limitDepth, limitAliases, limitDirectives, limitRootMutations, limitCost, refuseNul, refuseConditionalSubscriptions]

/**
 * Adds up a number over selections, fragments included. Each fragment is measured once: fragments that spread each other
 * would otherwise take for ever. One in a circle counts nothing here; another rule refuses it.
 */
function measure(context: ValidationContext, join: (parts: number[]) => number, ofField: (field: FieldNode, within: number) => number): (set: SelectionSetNode) => number {
  const fragments = new Map<string, number>()
  const ofFragment = (name: string): number => {
    const known = fragments.get(name)
    if (known !== undefined) return known
    fragments.set(name, 0)
    const fragment = context.getFragment(name)
    const found = fragment === null || fragment === undefined ? 0 : ofSet(fragment.selectionSet)
    fragments.set(name, found)
    return found
  }
  const ofSet = (set: SelectionSetNode): number => join(set.selections.map((selection) => {
    switch (selection.kind) {
      case Kind.FIELD: return ofField(selection, selection.selectionSet === undefined ? 0 : ofSet(selection.selectionSet))
      case Kind.INLINE_FRAGMENT: return ofSet(selection.selectionSet)
      case Kind.FRAGMENT_SPREAD: return ofFragment(selection.name.value)
    }
  }))
  return ofSet
}
