import { Kind, print, visit, type DocumentNode, type ExecutionResult } from 'graphql/index.js'
import type { ResultsMessage } from './results-stream.js'
import type { ShownRevision } from './shown-revision.js'

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

export interface SharedExecution {
  /** Executes once per revision (and part of it), key and `skipped`; everybody else gets the same result. */
  run(message: ResultsMessage, key: string, execute: () => Promise<ExecutionResult>): Promise<ExecutionResult>
}

/** Results are kept as long as their revision is, so memory is bounded by the different subscriptions of one revision. */
export function createSharedExecution(): SharedExecution {
  const byRevision = new WeakMap<ShownRevision, Map<string, Promise<ExecutionResult>>>()
  return {
    run({ shown, skipped, part = '' }, key, execute) {
      const results = byRevision.get(shown) ?? new Map<string, Promise<ExecutionResult>>()
      byRevision.set(shown, results)
      const full = `${skipped}/${part}/${key}`
      const known = results.get(full)
      if (known !== undefined) return known
      const made = execute()
      results.set(full, made)
      made.catch(() => { results.delete(full) })
      return made
    },
  }
}
