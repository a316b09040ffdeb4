/** What a voter has marked: option ids by contest id, in the order of marking. */
export type Marks = Readonly<Record<string, readonly string[]>>

interface Rules { id: string, votesAllowed: number }

/**
 * Marks or unmarks an option. Where one vote is allowed a new mark replaces the old one; where several are, a mark
 * beyond `votesAllowed` is refused and the marks stay as they are. So nobody casts an overvote by mistake.
 */
export function toggleMark(marks: Marks, contest: Rules, optionId: string): Marks {
  const own = marks[contest.id] ?? []
  if (own.includes(optionId)) return { ...marks, [contest.id]: own.filter((id) => id !== optionId) }
  if (contest.votesAllowed === 1) return { ...marks, [contest.id]: [optionId] }
  return own.length >= contest.votesAllowed ? marks : { ...marks, [contest.id]: [...own, optionId] }
}

/** The selections of a ballot: every contest of the ballot style, blank ones with no options. */
export function selectionsOf(contests: readonly Rules[], marks: Marks): { contestId: string, optionIds: string[] }[] {
  return contests.map((contest) => ({ contestId: contest.id, optionIds: [...marks[contest.id] ?? []] }))
}
