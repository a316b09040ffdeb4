import type { ResultsStatus } from '@livetally/core/election'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'undici'
import type { ApiClient } from './api-client.js'

export interface ResultsNews { revision: number, status: ResultsStatus, ballotsCast: number }

export interface WatchOptions {
  electionId: string
  /** Stops watching and resolves with the news that fits. */
  until: (news: ResultsNews) => boolean
  /** Resolves with null if for so long not a single further ballot was published. */
  patienceMs: number
  onNews?: (news: ResultsNews) => void
}

/** Exported for the test that holds it against the schema. */
export const NEWS = 'subscription News($id: ID!) { electionResults(electionId: $id, maxPerSecond: 4) { revision status ballotsCast } }'

/** Watches the published results over the WebSocket until they fit; a lost connection is taken up again. */
export async function watchResults(client: ApiClient, { electionId, until, patienceMs, onNews }: WatchOptions): Promise<ResultsNews | null> {
  const socket = createClient({
    url: client.endpoint.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    ...(client.token === undefined ? {} : { connectionParams: { authorization: `Bearer ${client.token}` } }),
  })
  let patience: NodeJS.Timeout | undefined
  try {
    return await new Promise<ResultsNews | null>((resolve, reject) => {
      let seen = -1
      patience = setTimeout(() => { resolve(null) }, patienceMs)
      socket.subscribe<{ electionResults: ResultsNews }>({ query: NEWS, variables: { id: electionId } }, {
        next: ({ data, errors }) => {
          if (errors !== undefined) reject(new Error(errors.map((error) => error.message).join('; ')))
          if (!data) return
          if (data.electionResults.ballotsCast !== seen) patience?.refresh()
          seen = data.electionResults.ballotsCast
          onNews?.(data.electionResults)
          if (until(data.electionResults)) resolve(data.electionResults)
        },
        error: (error) => { reject(error instanceof Error ? error : new Error(Array.isArray(error) ? error.map((one: { message?: string }) => one.message).join('; ') : 'the subscription failed')) },
        complete: () => { resolve(null) },
      })
    })
  } finally {
    clearTimeout(patience)
    await socket.dispose()
  }
}
