import {
  defaultFieldResolver, getNullableType, GraphQLID, GraphQLString, isListType, isObjectType,
  type GraphQLField, type GraphQLFieldResolver, type GraphQLSchema,
} from 'graphql/index.js'
import { FIELDS_PER_TURN, type AnswerMeter } from './answer-meter.js'
import { itemCost, type ItemCost } from './item-cost.js'
import { TAKES_TURN } from './takes-turn.js'

type MeterOf = (context: unknown) => AnswerMeter | undefined
type Resolver = GraphQLFieldResolver<unknown, unknown>

/** Has what an answer holds charged to its meter: every list its length times what is asked of each item, every text its length; and what takes its time wait for its turn. */
export function meterAnswers(schema: GraphQLSchema, meterOf: MeterOf): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const resolve = metered(field, meterOf)
      if (resolve !== undefined) field.resolve = resolve
    }
  }
  return schema
}

function metered(field: GraphQLField<unknown, unknown>, meterOf: MeterOf): Resolver | undefined {
  const type = getNullableType(field.type)
  if (type === GraphQLString || type === GraphQLID) return meteredText(field.resolve ?? defaultFieldResolver, meterOf)
  const resolve = isListType(type) ? meteredList(field.resolve ?? defaultFieldResolver, meterOf) : field.resolve
  return field.extensions[TAKES_TURN] === true ? inItsTurn(resolve ?? defaultFieldResolver, meterOf) : resolve
}

function inItsTurn(resolve: Resolver, meterOf: MeterOf): Resolver {
  return (source, args, context, info) => {
    const turn = meterOf(context)?.turn()
    return turn === undefined ? resolve(source, args, context, info) : turn.then(() => resolve(source, args, context, info))
  }
}

function meteredText(resolve: Resolver, meterOf: MeterOf): Resolver {
  return (source, args, context, info) => {
    const found = resolve(source, args, context, info)
    if (typeof found === 'string') meterOf(context)?.takeText(found.length)
    return found
  }
}

function meteredList(resolve: Resolver, meterOf: MeterOf): Resolver {
  return (source, args, context, info) => {
    const meter = meterOf(context)
    const found = resolve(source, args, context, info)
    if (meter === undefined) return found
    const charge = (list: unknown): unknown => Array.isArray(list) ? inTurns(list, itemCost(info), meter) : list
    return found instanceof Promise ? found.then(charge) : charge(found)
  }
}

/** The items of a list, as many a turn as it has room for. Nothing of it is answered where its last item would be too much. */
function inTurns(list: readonly unknown[], { fields, bytes }: ItemCost, meter: AnswerMeter): unknown[] {
  const perTurn = Math.max(1, Math.floor(FIELDS_PER_TURN / fields))
  const items: unknown[] = []
  for (let from = 0; from < list.length; from += perTurn) {
    const part = list.slice(from, from + perTurn)
    const turn = meter.take(part.length * fields, part.length * bytes)
    items.push(...turn === undefined ? part : part.map((item) => turn.then(() => item)))
  }
  return items
}
