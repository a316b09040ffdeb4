import type { Structure } from '@livetally/core/election'

/** Names of the breakdowns that a definition asks for. */
export function viewsOf({ breakdowns }: Structure): string[] {
  return breakdowns.map((names) => names.join(','))
}

export function areSameViews(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name))
}
