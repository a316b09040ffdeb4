import type { Ambush } from './ambushes.js'
import type { WeatherWish } from './weather.js'

/** Schedules in which one kind of fault, rare in the others, is frequent: to see that the guard against it is needed. */
export interface Drill {
  readonly weather?: WeatherWish
  readonly ambush?: Ambush
  /** Most bytes of a record of topic `results`. */
  readonly partBytes?: number
  /** Viewers count every revision by hand, not one in some. */
  readonly isCountedAlways?: boolean
  /** When people stop voting, if it is early. */
  readonly votesEndMs?: number
  /** How elections end; drawn where it is not said. */
  readonly lastPhase?: 'CLOSED' | 'CERTIFIED'
}

export const DRILLS = {
  /** An API freezes with a ballot in hand; voting is paused and goes on before it thaws. */
  'held ballot': { weather: { hasPauses: true, hasRestores: false, haste: 5 }, ambush: { before: /^cast_batch (\d+)\//, until: /^resume election (\d+)$/, mostMs: 9_000 } },
  /** A tabulator freezes before it writes, and thaws when another one has claimed the box. */
  'late flush': { ambush: { before: /^flush (\d+\/\d+) /, until: /^claim (\d+\/\d+)$/, mostMs: 9_000 } },
  /** A tabulator freezes before it claims a box, and thaws when another one has written it. */
  'late claim': { ambush: { before: /^claim (\d+\/\d+)$/, until: /^flush (\d+\/\d+) /, mostMs: 9_000 } },
  /** A tabulator that counts a box anew freezes, and thaws when another one does the same. */
  'two rebuilds': { weather: { hasRebuilds: true, hasRestores: false, haste: 4 }, ambush: { before: /^(?:replace|write) (\d+\/\d+) /, until: /^write (\d+\/\d+) beside/, mostMs: 9_000 } },
  /** A tabulator freezes before it writes, and thaws when another one has counted the box anew. */
  'flush after a rebuild': { weather: { hasRebuilds: true, hasRestores: false, haste: 4 }, ambush: { before: /^flush (\d+\/\d+) /, until: /^replace (\d+\/\d+) /, mostMs: 12_000 } },
  /** A publisher freezes before it commits, and thaws when another one has claimed the election. */
  'two publishers': { ambush: { before: /^commit revision (\d+)\//, until: /^claim publishing of (\d+)$/, mostMs: 9_000 } },
  /** A publisher freezes before it commits; the database is restored, and gives its epoch to another one. */
  'two publishers of one epoch': { weather: { hasRestores: true }, ambush: { before: /^commit revision (\d+)\//, until: /^claim publishing of (\d+)$/, mostMs: 12_000 } },
  /** A relay freezes before it beats, and thaws when another one has taken its lease. */
  'stolen lease': { weather: { hasRestores: false }, ambush: { before: /^beat$/, until: /^take lease /, mostMs: 9_000 } },
  /** A backup is put back, and records of what it does not know come late. */
  'another past': { weather: { hasRestores: true, late: 0.3, repeated: 0.3 } },
  /** The same with backups of just now: much of both ledgers is the same. */
  'young backups': { weather: { hasRestores: true, oldestBackupMs: 2_500, haste: 3, late: 0.3, repeated: 0.3 } },
  /** Breakdowns are edited while ballots are counted, and a tabulator stops before it switches a box to them. */
  'edited while counting': { weather: { hasEdits: true, hasRestores: false, haste: 3 }, ambush: { before: /^replace (\d+\/\d+) /, until: /^replace (\d+\/\d+) /, mostMs: 3_000 }, isCountedAlways: true },
  /** Closed elections are edited, a backup of before an edit is put back, and the clerk edits again: one version is given to two definitions. */
  'edited again': { weather: { hasEdits: true, hasRestores: true, oldestBackupMs: 6_000, haste: 3 }, votesEndMs: 6_000 },
  /** Clerks have voting last longer at the last moment, again and again. */
  'extended at the last moment': { weather: { hasExtensions: true, hasRestores: false, haste: 6 } },
  /** Counts are corrected while the election is certified. */
  'corrected before certification': { weather: { hasCorrections: true, hasRestores: false, haste: 4 }, lastPhase: 'CERTIFIED' },
  /** No record is large enough for a revision. */
  'small records': { partBytes: 1_500 },
} as const satisfies Record<string, Drill>
export type DrillName = keyof typeof DRILLS

/** Throws for a name that is none. */
export function parseDrill(name: string): DrillName {
  const names = Object.keys(DRILLS)
  if (!isDrill(name)) throw new RangeError(`There is no drill "${name}". Drills are: ${names.join(', ')}.`)
  return name
}

function isDrill(name: string): name is DrillName {
  return Object.hasOwn(DRILLS, name)
}
