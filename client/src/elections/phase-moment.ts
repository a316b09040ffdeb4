import type { ElectionSummary } from './documents.js'

type Scheduled = Pick<ElectionSummary, 'phase' | 'opensAt' | 'closesAt'>

/** The moment that comes next in an election's schedule, or was last, and the key of the words that say so. */
export function phaseMoment({ phase, opensAt, closesAt }: Scheduled): { words: string, at: string } {
  switch (phase) {
    case 'DRAFT':
    case 'SCHEDULED': return { words: 'schedule.opens', at: opensAt }
    case 'OPEN':
    case 'PAUSED': return { words: 'schedule.closes', at: closesAt }
    case 'CLOSED':
    case 'CERTIFIED': return { words: 'schedule.closed', at: closesAt }
  }
}
