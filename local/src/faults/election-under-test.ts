import {
  ballotOf, bringToOpen, changePhase, createApiClient, createElection, createElectorate, createLoad, demoElection, readShape,
  type ApiClient, type Electorate, type IngestBallot, type KnownElection, type Load, type LoadOptions,
} from '@livetally/simulator'
import type { TestNetwork } from '../test-network/index.js'

/** An open election of the network, with a synthetic electorate to vote in it. */
export interface ElectionUnderTest extends AsyncDisposable {
  readonly election: KnownElection
  readonly electorate: Electorate
  readonly client: ApiClient
  ballots(count: number): IngestBallot[]
  /** Ballots cast through the API that is asked (default the first), by a client that repeats by key until it is answered. */
  load(options: Omit<LoadOptions, 'client' | 'electionId'>, api?: number): Load
  close(): Promise<void>
}

/** Opens the demo election, dealt over several ballot boxes, under a slug of its own. */
export async function openElection(network: TestNetwork, slug: string, { boxes = 4, eligibleVoters = 60_000 }: { boxes?: number, eligibleVoters?: number } = {}): Promise<ElectionUnderTest> {
  const clients = network.apis.map(({ url }) => createApiClient({ url, token: network.tokens.ingest, giveUpAfterMs: 90_000 }))
  const [client] = clients
  if (client === undefined) throw new Error('this network has no API')
  const manager = client.withToken(network.tokens.manager)
  const created = await createElection(manager, { ...demoElection({ slug, eligibleVoters }), boxes })
  if (!created.ok) throw new Error(JSON.stringify(created.problems))
  const opened = await bringToOpen(manager, created.election)
  if (!opened.ok) throw new Error(opened.message)
  const electorate = createElectorate({ shape: await readShape(client, created.election.id), seed: slug, onlineShare: 0 })
  return {
    election: created.election,
    electorate,
    client,
    ballots: (count) => Array.from({ length: count }, (_, at) => ballotOf(electorate.voter(at))),
    load: (options, api = 0) => createLoad({ client: clients[api] ?? client, electionId: created.election.id, ...options }),
    async close() {
      const closed = await changePhase(manager, 'closeElection', created.election.id)
      if (!closed.ok) throw new Error(closed.message)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((one) => one[Symbol.asyncDispose]()))
    },
  }
}
