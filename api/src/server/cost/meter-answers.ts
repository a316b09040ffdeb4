import {
  defaultFieldResolver, getNullableType, isListType, isObjectType, Kind,
  type FieldNode, type GraphQLFieldResolver, type GraphQLResolveInfo, type GraphQLSchema, type SelectionSetNode,
} from 'graphql/index.js'
import { FIELDS_PER_TURN, type AnswerMeter } from './answer-meter.js'

type MeterOf = (context: unknown) => AnswerMeter | undefined

/** Has every list of a schema charged to the meter of its answer: its length times the fields asked of each of its items. */
export function meterLists(schema: GraphQLSchema, meterOf: MeterOf): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      if (isListType(getNullableType(field.type))) field.resolve = metered(field.resolve ?? defaultFieldResolver, meterOf)
    }
  }
  return schema
}

function metered(resolve: GraphQLFieldResolver<unknown, unknown>, meterOf: MeterOf): GraphQLFieldResolver<unknown, unknown> {
  return (source, args, context, info) => {
    const meter = meterOf(context)
    const found = resolve(source, args, context, info)
    if (meter === undefined) return found
    const charge = (list: unknown): unknown => {
      if (!Array.isArray(list)) return list
      return inTurns(list, fieldsPerItem(info), meter)
    }
    return found instanceof Promise ? found.then(charge) : charge(found)
  }
}

/** The items of a list, as many a turn as it has room for. Nothing of it is answered where its last item would be too much. */
function inTurns(list: readonly unknown[], fieldsEach: number, meter: AnswerMeter): unknown[] {
  const perTurn = Math.max(1, Math.floor(FIELDS_PER_TURN / fieldsEach))
  const items: unknown[] = []
  for (let from = 0; from < list.length; from += perTurn) {
    const part = list.slice(from, from + perTurn)
    const turn = meter.take(part.length * fieldsEach)
    items.push(...turn === undefined ? part : part.map((item) => turn.then(() => item)))
  }
  return items
}

const known = new WeakMap<FieldNode, number>()

function fieldsPerItem({ fieldNodes, fragments }: GraphQLResolveInfo): number {
  return fieldNodes.reduce((sum, node) => {
    const fields = known.get(node) ?? Math.max(1, countIn(node.selectionSet, fragments, new Map()))
    known.set(node, fields)
    return sum + fields
  }, 0)
}

/** Fields of a selection and what is in them once; a list within is charged again by its own length. */
function countIn(set: SelectionSetNode | undefined, fragments: GraphQLResolveInfo['fragments'], counted: Map<string, number>): number {
  return (set?.selections ?? []).reduce((sum, selection) => {
    switch (selection.kind) {
      case Kind.FIELD: return sum + 1 + countIn(selection.selectionSet, fragments, counted)
      case Kind.INLINE_FRAGMENT: return sum + countIn(selection.selectionSet, fragments, counted)
      case Kind.FRAGMENT_SPREAD: {
        const name = selection.name.value
        const fields = counted.get(name) ?? countIn(fragments[name]?.selectionSet, fragments, counted)
        counted.set(name, fields)
        return sum + fields
      }
    }
  }, 0)
}
