import type { ReceiptStatus } from './use-receipt.js'

/** The states that a voter is told of. Of an open ballot: accepted, tabulated, published; of a secret one: accepted, counted in turnout, choices released. */
export type ReceiptStep = 'ACCEPTED' | 'TABULATED' | 'PUBLISHED' | 'COUNTED' | 'RELEASED'

const OPEN_STEPS: readonly ReceiptStep[] = ['ACCEPTED', 'TABULATED', 'PUBLISHED']
const SECRET_STEPS: readonly ReceiptStep[] = ['ACCEPTED', 'COUNTED', 'RELEASED']

type Asked = Pick<ReceiptStatus, 'state' | 'choicesReleased'> & { election: Pick<ReceiptStatus['election'], 'ballotSecrecy'> }

/** All states of a ballot in their order, and the one that it has reached. */
export function receiptSteps({ state, choicesReleased, election }: Asked): { steps: readonly ReceiptStep[], reached: ReceiptStep } {
  if (election.ballotSecrecy === 'OPEN') return { steps: OPEN_STEPS, reached: state }
  if (choicesReleased) return { steps: SECRET_STEPS, reached: 'RELEASED' }
  return { steps: SECRET_STEPS, reached: state === 'PUBLISHED' ? 'COUNTED' : 'ACCEPTED' }
}
