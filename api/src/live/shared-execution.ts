import { LRUCache } from 'lru-cache'
import { Kind, print, visit, type DocumentNode, type ExecutionResult } from 'graphql/index.js'
import { jsonBytes } from './json-bytes.js'
import { createObjectNumbers } from './object-numbers.js'
import type { ResultsMessage } from './results-stream.js'

/** Arguments that decide when a message is sent, never what it says. */
const TIMING_ARGUMENTS: ReadonlySet<string> = new Set(['after', 'maxPerSecond'])

/**
 * What two subscriptions must have in common to be answered alike: the document, the variables that matter for the
 * answer, and the scope (what the viewer may see).
 */
export function sharingKey(document: DocumentNode, operationName: string | null | undefined, variables: Readonly<Record<string, unknown>> | null | undefined, scope: string): string {
  const timing = timingVariables(document)
  const telling = Object.entries(variables ?? {}).filter(([name]) => !timing.has(name)).sort(([one], [other]) => one < other ? -1 : 1)
  return JSON.stringify([scope, operationName ?? null, telling, print(document)])
}

/** Variables that are used for nothing but timing. */
function timingVariables(document: DocumentNode): Set<string> {
  const timing = new Set<string>()
  const telling = new Set<string>()
  visit(document, {
    VariableDefinition: () => false,
    Argument: (node) => {
      if (node.value.kind !== Kind.VARIABLE || !TIMING_ARGUMENTS.has(node.name.value)) return undefined
      timing.add(node.value.name.value)
      return false
    },
    Variable: (node) => { telling.add(node.name.value) },
  })
  return new Set([...timing].filter((name) => !telling.has(name)))
}

/** The answers of one subscription, shared with all that are alike. */
export interface SharedAnswers {
  /** Executes once per revision (and part of it) and `skipped`; everybody else gets the same result. */
  run(message: ResultsMessage, execute: () => Promise<ExecutionResult>): Promise<ExecutionResult>
  /** The subscription has ended. What was kept for it goes with the last that was alike. */
  leave(): void
}

export interface SharedExecution {
  join(key: string): SharedAnswers
  /** What is kept, as JSON would have it, roughly. */
  readonly keptBytes: number
}

/** Subscriptions that are answered alike, and the names of what is kept for them. */
interface Alike { subscriptions: number, readonly kept: Set<string> }
interface Kept { readonly alike: Alike, readonly result: Promise<ExecutionResult>, readonly bytes: number }

/** Enough for the newest results of some hundred different subscriptions; beyond it what was used longest ago is executed again. */
export const MOST_KEPT_BYTES = 32 * 1024 * 1024
const LEAST_BYTES = 200

export function createSharedExecution(mostBytes: number = MOST_KEPT_BYTES): SharedExecution {
  const alikes = new Map<string, Alike>()
  const kept = new LRUCache<string, Kept>({
    maxSize: mostBytes,
    sizeCalculation: ({ bytes }) => bytes,
    dispose: ({ alike }, name, reason) => { if (reason !== 'set') alike.kept.delete(name) },
  })
  const numberOf = createObjectNumbers()
  const keep = (alike: Alike, name: string, result: Promise<ExecutionResult>): void => {
    alike.kept.add(name)
    kept.set(name, { alike, result, bytes: LEAST_BYTES })
    // Whoever it was executed for may be gone by then.
    const isKept = (): boolean => kept.peek(name)?.result === result
    result.then((found) => {
      if (!isKept()) return
      kept.set(name, { alike, result, bytes: LEAST_BYTES + jsonBytes(found) })
      // One that is larger than all that may be kept is put out by this.
      if (!isKept()) alike.kept.delete(name)
    }, () => {
      if (isKept()) kept.delete(name)
    })
  }
  return {
    get keptBytes() { return kept.calculatedSize },
    join(key) {
      const alike = alikes.get(key) ?? { subscriptions: 0, kept: new Set<string>() }
      alikes.set(key, alike)
      alike.subscriptions += 1
      let hasLeft = false
      return {
        run({ shown, skipped, part = '' }, execute) {
          const name = `${numberOf(shown)}/${skipped}/${part}/${key}`
          const known = kept.get(name)?.result
          if (known !== undefined) return known
          const made = execute()
          keep(alike, name, made)
          return made
        },
        leave() {
          if (hasLeft) return
          hasLeft = true
          alike.subscriptions -= 1
          if (alike.subscriptions > 0) return
          alikes.delete(key)
          for (const name of alike.kept) kept.delete(name)
        },
      }
    },
  }
}
