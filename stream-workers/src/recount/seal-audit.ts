import { createProblems } from './problems.js'

/** Whether every ballot box of an election that is over ends with a seal, all at one time. */
export function auditSeals(isOver: boolean, boxes: readonly { box: number, sealedAt: number | undefined, endsWithSeal: boolean, sealedSeq: number | null }[]): string[] {
  const problems = createProblems()
  const times = new Set(boxes.flatMap(({ sealedAt }) => sealedAt === undefined ? [] : [sealedAt]))
  for (const { box, sealedAt, endsWithSeal, sealedSeq } of boxes) {
    if (isOver && sealedSeq === null) problems.add(`box ${box}: voting has ended and it is not sealed`)
    if (isOver && !endsWithSeal) problems.add(`box ${box}: it does not end with a seal`)
    if (!isOver && (sealedSeq !== null || sealedAt !== undefined)) problems.add(`box ${box}: it is sealed and voting has not ended`)
  }
  if (times.size > 1) problems.add(`boxes were sealed at ${times.size} different times`)
  return problems.all
}
