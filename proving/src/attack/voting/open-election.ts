import { compileStructure, parseId, type Structure } from '@livetally/core/election'
import type { TestNetwork } from '@livetally/local/test-network'
import { bringToOpen, changePhase, createApiClient, createElection, type ApiClient } from '@livetally/simulator'
import { checkedDefinition, type DrawnElection } from '../election/draw-election.js'

/** A drawn election that is open in a running system. */
export interface OpenElection extends AsyncDisposable {
  readonly id: string
  readonly key: number
  readonly slug: string
  readonly structure: Structure
  /** Casts ballots for others. */
  readonly client: ApiClient
  close(): Promise<void>
}

export async function openElection(network: TestNetwork, drawn: DrawnElection): Promise<OpenElection> {
  const client = createApiClient({ url: network.apis[0]?.url ?? '', token: network.tokens.ingest, giveUpAfterMs: 120_000 })
  try {
    const manager = client.withToken(network.tokens.manager)
    const created = await createElection(manager, drawn.definition)
    if (!created.ok) throw new Error(`the drawn election was refused: ${JSON.stringify(created.problems)}`)
    const { id, slug } = created.election
    const opened = await bringToOpen(manager, created.election)
    if (!opened.ok) throw new Error(opened.message)
    const key = parseId(id)?.key
    if (key === undefined) throw new Error(`"${id}" is not the ID of an election`)
    return {
      id, key, slug, client, structure: compileStructure(checkedDefinition(drawn)),
      async close() {
        const closed = await changePhase(manager, 'closeElection', id)
        if (!closed.ok) throw new Error(closed.message)
      },
      [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
    }
  } catch (error) {
    await client[Symbol.asyncDispose]()
    throw error
  }
}
