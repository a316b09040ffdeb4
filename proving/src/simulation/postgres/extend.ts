import { compileStructure } from '@livetally/core/election'
import type { ExtensionOutcome, WantedExtension } from '@livetally/core/store'
import type { Postgres } from './postgres.js'

/** As `extend_election`: the clock is read under the locks of all boxes, so one instant. */
export function extend({ tables, now }: Postgres, key: number, wanted: WantedExtension): ExtensionOutcome {
  const row = tables.elections.get(key)
  if (row === undefined) throw new Error(`There is no election ${key}.`)
  const { phase } = row
  const closesAt = new Date(row.closesAt)
  const isRunning = phase === 'OPEN' || phase === 'PAUSED'
  if (!isRunning || now >= row.closesAt) return { ok: false, reason: 'WRONG_PHASE', phase: isRunning ? 'CLOSED' : phase, closesAt }
  const until = wanted.closesAt.getTime()
  if (until < row.closesAt) return { ok: false, reason: 'NOT_LATER', phase, closesAt }
  if (until === row.closesAt) return { ok: true }
  Object.assign(row, {
    closesAt: until, phaseVersion: row.phaseVersion + 1, definitionVersion: row.definitionVersion + 1,
    structure: compileStructure({ ...row.structure.definition, closesAt: wanted.closesAt.toISOString() }),
  })
  return { ok: true }
}
