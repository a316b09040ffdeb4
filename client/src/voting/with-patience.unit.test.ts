import { CombinedError } from '@urql/vue'
import { describe, expect, it } from 'vitest'
import { withPatience } from './with-patience.js'

const refused = (code: string, retryAfterMs?: number) => ({ error: new CombinedError({ graphQLErrors: [{ message: 'wait', extensions: { code, retryAfterMs } }] }) })

/** How often was asked, and after which pauses, of a server that gives these answers and then lets in. */
async function asked(...answers: { error?: CombinedError }[]): Promise<{ times: number, pauses: number[], isIn: boolean }> {
  const pauses: number[] = []
  let times = 0
  const { error } = await withPatience<{ error?: CombinedError }>(async () => {
    times += 1
    return answers[times - 1] ?? {}
  }, async (ms) => { pauses.push(ms) })
  return { times, pauses, isIn: error === undefined }
}

describe('a voter behind a busy address', () => {
  it('is let in after waiting as long as the server says', async () => {
    expect(await asked(refused('RATE_LIMITED', 1_000), refused('RATE_LIMITED', 200))).toEqual({ times: 3, pauses: [1_000, 200], isIn: true })
  })
  it('hears of it after four tries', async () => {
    expect(await asked(...Array.from({ length: 9 }, () => refused('RATE_LIMITED', 1_000)))).toEqual({ times: 4, pauses: [1_000, 1_000, 1_000], isIn: false })
  })
  it.each([['RATE_LIMITED', 60_000], ['RATE_LIMITED', undefined], ['UNAUTHENTICATED', 10], ['UNAVAILABLE', 10]])('is not kept waiting by %s with %s ms', async (code, ms) => {
    expect(await asked(refused(code, ms))).toEqual({ times: 1, pauses: [], isIn: false })
  })
})
