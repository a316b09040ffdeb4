import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult, type GraphQLError } from 'graphql/index.js'
import { sightOf } from '../auth/identity.js'
import type { RequestContext } from '../server/context.js'
import type { ResultsMessage } from './results-stream.js'
import { createSharedExecution, sharingKey } from './shared-execution.js'

/** Executes operations as graphql-ws wants them: every error masked, equal subscriptions executed once per revision. */
export interface LiveExecution {
  execute(args: ExecutionArgs): Promise<ExecutionResult>
  subscribe(args: ExecutionArgs): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult, undefined>>
}

export function createLiveExecution({ masking, onSubscriptions }: { masking: (error: unknown) => GraphQLError, onSubscriptions: (change: 1 | -1) => void }): LiveExecution {
  const shared = createSharedExecution()
  const masked = (result: ExecutionResult): ExecutionResult => result.errors === undefined ? result : { ...result, errors: result.errors.map(masking) }
  const run: LiveExecution['execute'] = async (args) => masked(await execute(args))

  return {
    execute: run,
    async subscribe(args) {
      let source: AsyncIterable<unknown> | ExecutionResult
      try {
        source = await createSourceEventStream(args)
      } catch (error) {
        return { errors: [masking(error)] }
      }
      if (!(Symbol.asyncIterator in source)) return masked(source)
      const context = args.contextValue as RequestContext
      const key = sharingKey(args.document, args.operationName, args.variableValues, sightOf(context.identity))
      const answers = shared.join(key)
      onSubscriptions(1)
      return eachMessage(source, (message) => {
        // A context of its own for each message: what one answer shows of an election must not outlive it.
        const answer = (): Promise<ExecutionResult> => run({ ...args, rootValue: message, contextValue: { ...context, shown: new Map() } })
        return isResults(message) ? answers.run(message, answer) : answer()
      }, {
        owedMs: () => context.cost?.waitMs() ?? 0,
        onEnd: () => {
          answers.leave()
          onSubscriptions(-1)
        },
      })
    },
  }
}

/** Messages of one revision are answered alike. Others are rare, and may show results besides, each their own. */
function isResults(message: unknown): message is ResultsMessage {
  return typeof message === 'object' && message !== null && 'shown' in message
}

/** A subscription that was given up while it paid is noticed within this time. */
const LONGEST_PAUSE_MS = 1_000

const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

/** No generator: a generator that waits for its next message cannot be ended, and the viewer may be gone for hours before there is one. */
function eachMessage<Message>(source: AsyncIterable<Message>, answer: (message: Message) => Promise<ExecutionResult>, { owedMs, onEnd }: { owedMs: () => number, onEnd: () => void }): AsyncIterableIterator<ExecutionResult, undefined> {
  const messages = source[Symbol.asyncIterator]()
  let hasEnded = false
  const end = async (): Promise<IteratorResult<ExecutionResult, undefined>> => {
    if (!hasEnded) onEnd()
    hasEnded = true
    await messages.return?.()
    return { done: true, value: undefined }
  }
  return {
    async next() {
      // Whoever asks for too much hears of it less often, and then of the newest.
      for (let ms = owedMs(); ms > 0 && !hasEnded; ms = owedMs()) await pause(Math.min(ms, LONGEST_PAUSE_MS))
      if (hasEnded) return end()
      const { done, value } = await messages.next()
      return done === true ? end() : { done: false, value: await answer(value) }
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() { return this },
  }
}
