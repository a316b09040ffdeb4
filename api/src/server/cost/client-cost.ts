import { rateLimited } from '../errors.js'
import { createAnswerMeter, type AnswerMeter } from './answer-meter.js'
import { createClientBudgets, type ClientBudget, type ClientBudgets } from './client-budget.js'
import { createTurns, type Turns } from './turns.js'

/** Who pays for the answers that a context makes. */
export interface ClientCost extends ClientBudget {
  newAnswer(): AnswerMeter
}

export type ClientCosts = (who: string) => ClientCost

/** One for the whole process: HTTP and WebSocket draw on the same budgets and wait for the same turns. */
export function createClientCosts({ budgets = createClientBudgets(), turns = createTurns() }: { budgets?: ClientBudgets, turns?: Turns } = {}): ClientCosts {
  return (who) => {
    const budget = budgets(who)
    return { ...budget, newAnswer: () => createAnswerMeter({ who, budget, turns }) }
  }
}

/** Who pays for one more request of a client. Throws RATE_LIMITED while they owe for what they asked before. */
export function openAccount(costs: ClientCosts, who: string): ClientCost {
  const cost = costs(who)
  const owedMs = cost.waitMs()
  if (owedMs > 0) throw rateLimited('You asked for more than others leave room for. Wait, then ask for less at a time.', owedMs)
  return cost
}

const meters = new WeakMap<object, AnswerMeter>()

/** The meter of the answer that a context is for: a context is made for each answer, also for each message of a subscription. */
export function meterOf(context: unknown): AnswerMeter | undefined {
  if (typeof context !== 'object' || context === null || !('cost' in context)) return undefined
  const known = meters.get(context)
  if (known !== undefined) return known
  const made = (context.cost as ClientCost | undefined)?.newAnswer()
  if (made !== undefined) meters.set(context, made)
  return made
}
