import type { ShownRevision } from '@livetally/api/parts'
import type { ResultsStatus } from '@livetally/core/election'

type Facts = ShownRevision['facts']

/** All that was cast is counted. */
export function isDone(status: ResultsStatus): boolean {
  return status === 'UNOFFICIAL_COMPLETE' || status === 'CORRECTION' || status === 'RECOUNT' || status === 'CERTIFIED'
}

/** As the ledger holds them: where each box was sealed, null while it is open. The last one is that of corrections. */
export type Seals = readonly (number | null)[]

/** What a revision wrongly says of itself: complete is what reaches the seals of all ballot boxes, certified what reaches those of all boxes, and neither is taken back. */
export function judgeStatus({ status, vector }: Facts, before: Facts | undefined, seals: Seals): string[] {
  const unreached = seals.flatMap((seal, box) => seal !== null && vector.find((one) => one.box === box)?.nextSeq === seal ? [] : [box])
  const isCorrections = (box: number): boolean => box === seals.length - 1
  const problems: string[] = []
  if (isDone(status) && !unreached.every(isCorrections)) problems.push(`it is ${status}, and box ${unreached[0]} does not reach its seal`)
  if (status === 'CERTIFIED' && unreached.some(isCorrections)) problems.push('it is CERTIFIED, and a correction may be missing')
  if (before !== undefined && isDone(before.status) && !isDone(status)) problems.push(`it is ${status}, and the one before was ${before.status}`)
  if (before?.status === 'CERTIFIED' && status !== 'CERTIFIED') problems.push(`it is ${status} after CERTIFIED`)
  return problems
}
