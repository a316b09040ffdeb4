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

/**
 * `changed` is false where the election was not in a phase from which the change leads away, or where entries of its ledger
 * are in no revision yet (`unpublished`), as certifying it needs.
 */
export interface ChangedPhase { changed: boolean, phase: ElectionPhase, phaseVersion: number, unpublished?: number }

/** Has the ledger's own function change the phase. Undefined if there is no such election. */
export async function changeStoredPhase(read: ReadRows, key: number, change: PhaseChange): Promise<ChangedPhase | undefined> {
  const { from, to } = PHASE_CHANGES[change]
  if (change === 'certify') return certify(read, key, from)
  const [row] = await read<ChangedPhase>('SELECT changed, phase, phase_version AS "phaseVersion" FROM change_phase($1, $2, $3)', [key, from, to])
  return row
}

async function certify(read: ReadRows, key: number, from: readonly ElectionPhase[]): Promise<ChangedPhase | undefined> {
  const [row] = await read<ChangedPhase & { unpublished: string }>('SELECT changed, phase, phase_version AS "phaseVersion", unpublished FROM certify_election($1, $2)', [key, from])
  return row && { ...row, unpublished: Number(row.unpublished) }
}

/** Why a phase was not changed, and what to do, in a sentence or two. */
export function refusalOf(change: PhaseChange, { phase, unpublished = 0 }: ChangedPhase): string {
  if (unpublished < 0) return 'An election is certified only once its results are complete: choices by groups of voters or by place are still to be told. Try again in a moment.'
  if (unpublished > 0) return `An election is certified only once everything in its ledger is published: ${unpublished === 1 ? 'one entry of it is not yet' : `${unpublished} entries of it are not yet`}. Try again when the results have caught up.`
  return `An election can ${change === 'publish' ? 'be published' : change} only while it is ${PHASE_CHANGES[change].from.join(' or ')}; this one is ${phase}.`
}
