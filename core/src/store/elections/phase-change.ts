import type { ElectionPhase } from '../../election/index.js'
import type { ReadRows } from './stored-definition.js'

export type PhaseChange = 'publish' | 'open' | 'pause' | 'resume' | 'close' | 'certify'

export const PHASE_CHANGES: Record<PhaseChange, { from: ElectionPhase[], to: ElectionPhase }> = {
  publish: { from: ['DRAFT'], to: 'SCHEDULED' },
  open: { from: ['SCHEDULED'], to: 'OPEN' },
  pause: { from: ['OPEN'], to: 'PAUSED' },
  resume: { from: ['PAUSED'], to: 'OPEN' },
  close: { from: ['OPEN', 'PAUSED'], to: 'CLOSED' },
  certify: { from: ['CLOSED'], to: 'CERTIFIED' },
}

/** `changed` is false where the election was not in a phase from which the change leads away. */
export interface ChangedPhase { changed: boolean, phase: ElectionPhase, phaseVersion: number }

/** Has the ledger's own function change the phase. Undefined if there is no such election. */
export async function changeStoredPhase(read: ReadRows, key: number, change: PhaseChange): Promise<ChangedPhase | undefined> {
  const { from, to } = PHASE_CHANGES[change]
  const [row] = await read<ChangedPhase>('SELECT changed, phase, phase_version AS "phaseVersion" FROM change_phase($1, $2, $3)', [key, from, to])
  return row
}
