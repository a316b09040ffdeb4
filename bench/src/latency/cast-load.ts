import { Pool } from 'undici'
import type { SignedInVoter } from './voters.js'

/** When the answer to a ballot arrived, in ms on this process' monotonic clock. */
export interface Answer { tracker: string, askedAt: number, answeredAt: number }

interface CastAnswer { data?: { castVote: { __typename: string, message?: string, receipt?: { tracker: string } } }, errors?: { message: string }[] }

export interface CastOptions {
  /** Votes a second. */
  rate: number
  /** The voters' own address, such as 127.0.0.7; else the machine chooses. */
  address?: string
  /** Hears of each vote that was not accepted. Without it the first one ends the casting. */
  onRefused?: (answer: string) => void
}

/** Casts one vote per voter, one request each, evenly. The answers are those of the votes that were accepted. */
export async function castEvenly(url: string, voters: readonly SignedInVoter[], { rate, address, onRefused }: CastOptions): Promise<Answer[]> {
  const pool = new Pool(url, { connections: 64, ...(address === undefined ? {} : { connect: { localAddress: address } }) })
  const refuse = (answer: string): undefined => {
    if (onRefused === undefined) throw new Error(`A vote was not accepted: ${answer}`)
    onRefused(answer)
  }
  const cast = async ({ token, body }: SignedInVoter): Promise<Answer | undefined> => {
    const askedAt = performance.now()
    const response = await pool.request({ path: '/graphql', method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body })
    const answer = await response.body.json() as CastAnswer
    const answeredAt = performance.now()
    const tracker = answer.data?.castVote.receipt?.tracker
    if (tracker === undefined) return refuse(JSON.stringify(answer).slice(0, 300))
    return { tracker, askedAt, answeredAt }
  }
  try {
    const began = performance.now()
    const answers: Promise<Answer | undefined>[] = []
    while (answers.length < voters.length) {
      const due = Math.min(voters.length, Math.floor(((performance.now() - began) / 1_000) * rate))
      for (const voter of voters.slice(answers.length, due)) answers.push(cast(voter))
      await new Promise((resolve) => { setTimeout(resolve, 4) })
    }
    return (await Promise.all(answers)).filter((answer) => answer !== undefined)
  } finally {
    await pool.destroy()
  }
}
