import { GraphQLError, Kind, OperationTypeNode, type SelectionSetNode, type ValidationRule } from 'graphql/index.js'

const CONDITIONS: ReadonlySet<string> = new Set(['skip', 'include'])

/** A subscription has one root field, come what may: `@skip` and `@include` on it, or on a fragment that holds it, are refused. */
export const refuseConditionalSubscriptions: ValidationRule = (context) => {
  const seen = new Set<string>()
  const visit = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      const condition = selection.directives?.find(({ name }) => CONDITIONS.has(name.value))
      if (condition !== undefined) context.reportError(new GraphQLError(`The root field of a subscription cannot be left out by @${condition.name.value}.`, { nodes: condition }))
      if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet)
      if (selection.kind !== Kind.FRAGMENT_SPREAD || seen.has(selection.name.value)) continue
      seen.add(selection.name.value)
      const fragment = context.getFragment(selection.name.value)
      if (fragment !== null && fragment !== undefined) visit(fragment.selectionSet)
    }
  }
  return {
    OperationDefinition(node) {
      seen.clear()
      if (node.operation === OperationTypeNode.SUBSCRIPTION) visit(node.selectionSet)
    },
  }
}
