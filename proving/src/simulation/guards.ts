/** The guards of the counting rules. Each can be switched off in a simulation, to see that its absence would be noticed. */
export const GUARDS = [
  'participation key', 'repeats answered in every phase', 'phase version', 'sealed box', 'closing time under the locks', 'certified when published',
  'epoch of a tally', 'epoch of a publisher', 'epoch of a lease', 'position of a flush', 'chain of a flush', 'generation', 'seq rule of the position', 'chain rule of the position',
  'claim before load', 'gap filling', 'reconcile', 'ack before position', 'flushes follow each other', 'history of a tally', 'breakdowns complete or not at all', 'floor under the box lock', 'one revision after another', 'id of a definition', 'readers fill gaps', 'complete revisions only', 'verdict before position', 'held back', 'bounds of imported time',
] as const
export type Guard = (typeof GUARDS)[number]
export type Guards = ReadonlySet<Guard>

export function allGuardsBut(...without: readonly Guard[]): Guards {
  return new Set(GUARDS.filter((guard) => !without.includes(guard)))
}

/** Throws for a name that is none. */
export function parseGuard(name: string): Guard {
  const guard = GUARDS.find((known) => known === name)
  if (guard === undefined) throw new RangeError(`There is no guard "${name}". Guards are: ${GUARDS.join(', ')}.`)
  return guard
}
