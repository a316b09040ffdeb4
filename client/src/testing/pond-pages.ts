import { createTestNetwork, type TestNetwork } from '@livetally/local/test-network'
import { launchBrowser, type TestBrowser } from './browser.js'
import { openPondElection, type ElectionUnderTest } from './open-election.js'

/** The pond's election on a system of its own, open, and a browser to look at it. */
export interface PondPages extends AsyncDisposable {
  network: TestNetwork
  browser: TestBrowser
  /** Where the pages are, without a slash at the end. */
  address: string
  pond: ElectionUnderTest
  /** A voting code that nobody has used. */
  nextCode(): string
  /** As published; of the pond's election unless another is named. */
  ballotsCast(electionId?: string): Promise<number>
}

export async function openPondPages({ suite, voters }: { suite: string, voters: number }): Promise<PondPages> {
  const network = await createTestNetwork({ suite })
  try {
    const browser = await launchBrowser()
    return pagesOf(network, browser, await openPondElection(network, { voters }))
  } catch (error) {
    await network[Symbol.asyncDispose]()
    throw error
  }
}

function pagesOf(network: TestNetwork, browser: TestBrowser, pond: ElectionUnderTest): PondPages {
  return {
    network,
    browser,
    address: network.apis[0]?.url ?? '',
    pond,
    nextCode() {
      const code = pond.votingCodes.shift()
      if (code === undefined) throw new Error('No voting code is left')
      return code
    },
    async ballotsCast(electionId = pond.id) {
      const { election } = await network.graphql<{ election: { results: { ballotsCast: number } | null } }>('query ($id: ID!) { election(id: $id) { results { ballotsCast } } }', { id: electionId })
      return election.results?.ballotsCast ?? 0
    },
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]()
      await network[Symbol.asyncDispose]()
    },
  }
}
