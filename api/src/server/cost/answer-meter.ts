import { badInput } from '../errors.js'
import type { ClientBudget } from './client-budget.js'
import type { Turns } from './turns.js'

/** Fields that one answer may hold, counted by the real lengths of its lists before what is in them is answered. */
export const MOST_FIELDS = 200_000

/** Bytes of names and texts that one answer may hold. What a WebSocket may leave unsent is as much. */
export const MOST_BYTES = 8 * 1024 * 1024

/** After so many fields of an answer the event loop is given back. */
export const FIELDS_PER_TURN = 2_000

/** A client pays for so many bytes of text as for one field. */
const BYTES_PER_FIELD = 64

/** Counts one answer. */
export interface AnswerMeter {
  /** Throws BAD_USER_INPUT beyond the bounds; a promise is to be waited for, others have their turn. `bytes` are those of the names of the fields. */
  take(fields: number, bytes: number): Promise<void> | undefined
  /** A text of so many characters. Throws BAD_USER_INPUT beyond the bound. */
  takeText(characters: number): void
  /** Resolves when it is this client's turn: before something is computed that takes its time. */
  turn(): Promise<void>
}

interface Dependencies { who: string, budget: Pick<ClientBudget, 'take'>, turns: Turns, most?: { fields: number, bytes: number }, perTurn?: number }

export function createAnswerMeter({ who, budget, turns, most = { fields: MOST_FIELDS, bytes: MOST_BYTES }, perTurn = FIELDS_PER_TURN }: Dependencies): AnswerMeter {
  let fields = 0
  let bytes = 0
  let turn = 0
  let reached: Promise<void> | undefined
  const takeBytes = (taken: number): void => {
    bytes += taken
    if (bytes > most.bytes) throw badInput(`This answer would hold more than ${most.bytes} bytes of names and texts. Ask for shorter aliases, for smaller pages, or for fewer of the long texts.`)
  }
  return {
    take(taken, namesBytes) {
      fields += taken
      if (fields > most.fields) throw badInput(`This answer would hold more than ${most.fields} fields. Ask for fewer or larger windows, for smaller pages, or for less of each.`)
      takeBytes(namesBytes)
      budget.take(taken)
      const wanted = Math.floor(fields / perTurn)
      if (wanted > turn) {
        turn = wanted
        reached = (reached ?? Promise.resolve()).then(() => turns.next(who))
      }
      return reached
    },
    takeText(characters) {
      takeBytes(characters)
      if (characters >= BYTES_PER_FIELD) budget.take(Math.floor(characters / BYTES_PER_FIELD))
    },
    turn: () => turns.next(who),
  }
}
