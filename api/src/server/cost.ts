import {
  getNamedType, GraphQLError, isCompositeType, isInterfaceType, isListType, isNonNullType, isObjectType, Kind,
  type FieldNode, type GraphQLField, type GraphQLNamedType, type SelectionSetNode, type ValidationContext, type ValidationRule,
} from 'graphql/index.js'
import { MOST_PER_PAGE } from '../schema/page.js'

/** Fields that one answer may hold, as estimated before anything is executed. */
export const MOST_COST = 200_000

const PAGE_UNLESS_ASKED = 50
/** Contests, options, channels, values: lists whose length the document does not say. */
const LIST_LENGTH = 10

/** Refuses documents whose answer would keep the process busy for seconds: lists within lists within lists. */
export const limitCost: ValidationRule = (context) => {
  const costOf = createEstimate(context)
  return {
    OperationDefinition(node) {
      const schema = context.getSchema()
      const cost = costOf(node.selectionSet, schema.getRootType(node.operation) ?? undefined)
      if (cost > MOST_COST) context.reportError(new GraphQLError(`This document may give ${cost} fields; at most ${MOST_COST} are allowed. Ask for fewer lists within lists, or for smaller pages.`, { nodes: node }))
    },
  }
}

function createEstimate(context: ValidationContext): (set: SelectionSetNode, type: GraphQLNamedType | undefined) => number {
  const fragments = new Map<string, number>()
  const typeNamed = (name: string): GraphQLNamedType | undefined => context.getSchema().getType(name)

  const ofFragment = (name: string): number => {
    const known = fragments.get(name)
    if (known !== undefined) return known
    fragments.set(name, 0)
    const fragment = context.getFragment(name)
    const cost = fragment === null || fragment === undefined ? 0 : ofSet(fragment.selectionSet, typeNamed(fragment.typeCondition.name.value))
    fragments.set(name, cost)
    return cost
  }
  const ofField = (node: FieldNode, type: GraphQLNamedType | undefined): number => {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined
    if (node.selectionSet === undefined || field === undefined) return 1
    return 1 + lengthOf(node, field, type?.name ?? '') * ofSet(node.selectionSet, getNamedType(field.type))
  }
  const ofSet = (set: SelectionSetNode, type: GraphQLNamedType | undefined): number => set.selections.reduce((sum, selection) => {
    switch (selection.kind) {
      case Kind.FIELD: return sum + ofField(selection, type)
      case Kind.INLINE_FRAGMENT: return sum + ofSet(selection.selectionSet, selection.typeCondition === undefined ? type : typeNamed(selection.typeCondition.name.value))
      case Kind.FRAGMENT_SPREAD: return sum + ofFragment(selection.name.value)
    }
  }, 0)
  return (set, type) => isCompositeType(type) ? ofSet(set, type) : 0
}

/** How many times the inside of a field is answered. A connection counts its page once, not again at `nodes` and `edges`. */
function lengthOf(node: FieldNode, field: GraphQLField<unknown, unknown>, parent: string): number {
  const isPaged = field.args.some(({ name }) => name === 'first')
  if (isPaged) return pageOf(node)
  const type = isNonNullType(field.type) ? field.type.ofType : field.type
  return isListType(type) && !parent.endsWith('Connection') ? LIST_LENGTH : 1
}

function pageOf(node: FieldNode): number {
  const asked = node.arguments?.find(({ name }) => name.value === 'first' || name.value === 'last')?.value
  if (asked === undefined) return PAGE_UNLESS_ASKED
  return asked.kind === Kind.INT ? Math.min(Number(asked.value), MOST_PER_PAGE) : MOST_PER_PAGE
}
