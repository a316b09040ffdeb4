import { bringToOpen, createApiClient, createElection, demoElection, registerVoters } from '@livetally/simulator'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { readExamples, readFirstExample, readText, type Examples } from './test-network/examples.js'
import { createTestNetwork, eventually, type TestNetwork } from './test-network/index.js'

describe('the examples of the README', () => {
  let network: TestNetwork
  let example: Examples
  let code: string

  beforeAll(async () => {
    example = await readExamples('README.md')
    network = await createTestNetwork({ suite: 'readme' })
    await using client = createApiClient({ url: network.apis[0]?.url ?? '', token: network.tokens.manager })
    const created = await createElection(client, demoElection())
    if (!created.ok) throw new Error(JSON.stringify(created.problems))
    await bringToOpen(client, created.election)
    const unit = await network.graphql<{ election: { reportingUnits: { nodes: { id: string }[] } } }>('{ election(slug: "evergreen-demo") { reportingUnits(first: 1, filter: { leavesOnly: true }) { nodes { id } } } }')
    const registered = await registerVoters(client, created.election.id, [{ voterId: 'reader', reportingUnitId: unit.election.reportingUnits.nodes[0]?.id ?? '' }])
    code = registered.registered[0]?.votingCode ?? ''
  })
  afterAll(() => network?.[Symbol.asyncDispose]())

  test('tell how the election stands', async () => {
    const { election } = await network.graphql<{ election: { phase: string, results: { choicesPending: number, contests: unknown[] } } }>(example('Standing'))
    expect(election.phase).toBe('OPEN')
    expect(election.results.contests).toHaveLength(3)
    expect(election.results.choicesPending).toBe(0)
  })

  test('ask with curl, and name the id that the other examples use', async () => {
    const [, header = '', body = ''] = /curl http:\/\/localhost:4000\/graphql -H '([^']+)' \\\n +-d '([^']+)'/.exec(await readText('README.md')) ?? []
    const [name = '', value = ''] = header.split(': ')
    const response = await fetch(`${network.apis[0]?.url}/graphql`, { method: 'POST', headers: { [name]: value }, body })
    expect(await response.json()).toMatchObject({ data: { election: { id: 'e1', results: { ballotsCast: 0 } } } })
  })

  test('show results on a live page of ten lines', async () => {
    const page = await readFirstExample('README.md', 'html')
    const [, script = ''] = /<script type="module">\n([\s\S]*?)<\/script>/.exec(page) ?? []
    const ours = script.replace(/^ *import .* from 'https:\/\/esm\.sh\/graphql-ws@6'\n/, '').replace('ws://localhost:4000', network.apis[0]?.url.replace(/^http/, 'ws') ?? '')
    expect(ours).not.toContain('import')
    const element = { textContent: '' }
    let stop: () => Promise<void> | void = () => undefined
    const createOurs = (options: Parameters<typeof createClient>[0]) => {
      const client = createClient({ ...options, webSocketImpl: WebSocket })
      stop = () => client.dispose()
      return client
    }
    const run = new Function('createClient', 'document', `return (async () => {\n${ours}\n})()`) as (create: typeof createOurs, document: unknown) => Promise<void>
    const running = run(createOurs, { querySelector: (selector: string) => selector === '#results' ? element : null }).catch(() => undefined)
    await eventually(() => element.textContent !== '', { what: 'results on the page' })
    expect(JSON.parse(element.textContent)).toEqual({ electionResults: { revision: expect.any(Number) as number, ballotsCast: 0 } })
    await stop()
    await running
  })

  test('of the guide to voting over time are told when choices of secret ballots by groups of voters come', async () => {
    const inGroups = await readExamples('docs/guide/windows.md')
    await expect(network.graphql(inGroups('PartyByEducation'))).rejects.toMatchObject({
      code: 'FORBIDDEN', errors: [{ path: ['election', 'results', 'governor'], extensions: { reason: 'AFTER_CLOSE' } }],
    })
  })

  test('sign a voter in, cast the vote, and show it live', async () => {
    const { signInWithVotingCode: { token } } = await network.graphql<{ signInWithVotingCode: { token: string } }>(example('SignIn'), { code })
    const stream = network.subscribe<{ electionResults: { ballotsCast: number, choicesPending: number } }>(example('Live'))
    const seen: number[] = []
    let pending = 0
    const watching = (async () => { for await (const { electionResults } of stream) {
      pending = electionResults.choicesPending
      seen.push(electionResults.ballotsCast)
    } })().catch(() => undefined)
    await eventually(() => seen.length > 0)
    const cast = () => network.graphql<{ castVote: { __typename: string, repeated: boolean, receipt: { tracker: string } } }>(example('Cast'), { key: 'readme-1' }, { token })
    const marked = (document: string) => network.graphql<{ castVote: unknown }>(document, { key: 'readme-2' }, { token })
    expect((await marked(example('Cast').replace('governor/rosa-delgado', 'governor/nobody'))).castVote).toMatchObject({ __typename: 'InvalidBallot', problems: ['"nobody" is not an option of the contest "governor".'] })
    const first = await cast()
    expect(first.castVote).toMatchObject({ __typename: 'VoteAccepted', repeated: false })
    const second = await cast()
    expect(second.castVote).toEqual({ ...first.castVote, repeated: true })
    await eventually(() => seen.at(-1) === 1, { what: 'the vote to be shown live' })
    expect(pending, 'its choices are held back').toBe(1)
    await stream.close()
    await watching
  })
})
