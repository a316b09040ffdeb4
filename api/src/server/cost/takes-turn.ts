import { Extensions } from 'type-graphql'

/** The extension that `TakesTurn` sets. */
export const TAKES_TURN = 'takesTurn'

/** Marks a field whose resolver computes for milliseconds before its length is known: each one waits for a turn of the event loop of its own. */
export function TakesTurn(): MethodDecorator {
  return Extensions({ [TAKES_TURN]: true }) as MethodDecorator
}
