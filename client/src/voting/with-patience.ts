import type { CombinedError } from '@urql/vue'

const MOST_TRIES = 4
const LONGEST_WAIT_MS = 5_000

/** Asks again, at most three times, where the server says that others behind the same address are in the way and for how many ms. */
export async function withPatience<Answer extends { error?: CombinedError | undefined }>(ask: () => Promise<Answer>, pause: (ms: number) => Promise<void> = sleep): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask()
    const { code, retryAfterMs } = answer.error?.graphQLErrors[0]?.extensions ?? {}
    if (code !== 'RATE_LIMITED' || typeof retryAfterMs !== 'number' || retryAfterMs > LONGEST_WAIT_MS || tries === MOST_TRIES) return answer
    await pause(retryAfterMs)
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms) })
}
