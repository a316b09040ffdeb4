/** What must never be found, in the words of the promise. */
export const FINDINGS = ['lost', 'doubled', 'invented', 'non-monotonic', 'never published', 'changed receipt', 'miscounted', 'revealed', 'refused'] as const
export type Finding = (typeof FINDINGS)[number]

export const FINDING_MEANS: Record<Finding, string> = {
  lost: 'a voter holds a receipt and the ledger has no such ballot',
  doubled: 'one voter has more than one ballot',
  invented: 'the ledger or a result has a ballot that nobody cast',
  'non-monotonic': 'a viewer saw results go back, or a box has a ballot cast before the one ahead of it',
  'never published': 'a ballot of the ledger is in no viewer\'s last results',
  'changed receipt': 'the same key was answered with two receipts',
  miscounted: 'a published revision is not the count of the ballots that it names',
  revealed: 'choices were shown before their group of secret ballots was complete',
  refused: 'a ballot was refused that should have been accepted',
}

export interface Found { count: number, examples: string[] }

export interface Findings {
  add(finding: Finding, example: string): void
  readonly all: Readonly<Record<Finding, Found>>
  /** True if nothing was found. */
  readonly isClean: boolean
}

/** Examples are for people: the first few say what the rest would say. */
const MOST_EXAMPLES = 5

export function createFindings(): Findings {
  const all = Object.fromEntries(FINDINGS.map((finding): [Finding, Found] => [finding, { count: 0, examples: [] }])) as Record<Finding, Found>
  return {
    add(finding, example) {
      all[finding].count += 1
      if (all[finding].examples.length < MOST_EXAMPLES) all[finding].examples.push(example)
    },
    all,
    get isClean() { return FINDINGS.every((finding) => all[finding].count === 0) },
  }
}
