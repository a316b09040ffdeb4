import { badInput } from '../errors.js'
import type { ClientBudget } from './client-budget.js'
import type { Turns } from './turns.js'

/** Fields that one answer may hold, counted by the real lengths of its lists before what is in them is answered. */
export const MOST_FIELDS = 200_000

/** After so many fields of an answer the event loop is given back. */
export const FIELDS_PER_TURN = 2_000

/** Counts one answer. */
export interface AnswerMeter {
  /** Throws BAD_USER_INPUT beyond the bound; a promise is to be waited for, others have their turn. */
  take(fields: number): Promise<void> | undefined
}

interface Dependencies { who: string, budget: ClientBudget, turns: Turns, most?: number, perTurn?: number }

export function createAnswerMeter({ who, budget, turns, most = MOST_FIELDS, perTurn = FIELDS_PER_TURN }: Dependencies): AnswerMeter {
  let taken = 0
  let turn = 0
  let reached: Promise<void> | undefined
  return {
    take(fields) {
      taken += fields
      if (taken > most) throw badInput(`This answer would hold more than ${most} fields. Ask for fewer or larger windows, for smaller pages, or for less of each.`)
      budget.take(fields)
      const wanted = Math.floor(taken / perTurn)
      if (wanted > turn) {
        turn = wanted
        reached = (reached ?? Promise.resolve()).then(() => turns.next(who))
      }
      return reached
    },
  }
}
