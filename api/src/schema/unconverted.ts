import { Extensions } from 'type-graphql'
import type { RequestContext } from '../server/context.js'

export type UnconvertedHandler = (context: RequestContext, args: Record<string, unknown>) => unknown

/**
 * Answers a field with the arguments as graphql-js has coerced them. type-graphql would copy every nested input into an
 * instance of its class first, which costs more than all that is done with a ballot afterwards.
 */
export function Unconverted<Args>(handler: (context: RequestContext, args: Args) => unknown): MethodDecorator {
  return Extensions({ unconverted: handler }) as MethodDecorator
}
