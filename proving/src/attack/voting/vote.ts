import { attributeId, contestId, optionId, unitId } from '@livetally/core/election'
import { eventually, type TestNetwork } from '@livetally/local/test-network'
import { castVotes, type IngestBallot } from '@livetally/simulator'
import { randomUUID } from 'node:crypto'
import type { DrawnBallot, DrawnElection } from '../election/draw-election.js'
import type { Follower } from '../observer/follower.js'
import type { Disturbances } from '../options.js'
import { createClerk } from './clerk.js'
import type { OpenElection } from './open-election.js'

export interface VoteOptions {
  network: TestNetwork
  election: OpenElection
  drawn: DrawnElection
  follower: Follower
  batch: number
  disturbances: Disturbances
  /** Told how many ballots were cast. */
  onCast?: (count: number) => void
}

const LIMIT_MS = 180_000

/**
 * Casts all ballots through the API, a few at a time: the next when these are seen in the turnout, so that there are as many
 * revisions as an impatient reader could wish. Then closes the election and waits for everything that is published of it.
 */
export async function voteAndClose({ network, election, drawn, follower, batch, disturbances, onCast = () => undefined }: VoteOptions): Promise<void> {
  const { ballots } = drawn
  const planned = planDisturbances(network, election, disturbances, ballots.length)
  let [cast, corrected] = [0, 0]
  const underway: Promise<unknown>[] = []
  while (cast < ballots.length) {
    const next = ballots.slice(cast, cast + batch)
    const answers = await castVotes(election.client, election.id, next.map((ballot, at) => ingestForm(election.key, ballot, cast + at)))
    const refused = answers.find(({ type }) => type !== 'VoteAccepted')
    if (refused !== undefined) throw new Error(`a ballot was not accepted: ${JSON.stringify(refused)}`)
    cast += next.length
    onCast(next.length)
    await follower.sees(cast + corrected)
    for (const one of planned.filter(({ after }) => after > cast - next.length && after <= cast)) {
      corrected += one.addsBallots
      const work = one.work()
      if (one.isWaitedFor) await work
      else underway.push(work)
    }
  }
  await Promise.all(underway)
  await election.close()
  await untilPublished(network, election, ballots.length)
  if (disturbances.corrections) await correctChoices(network, election, ballots)
}

interface Planned { after: number, isWaitedFor: boolean, addsBallots: number, work(): Promise<unknown> }

function planDisturbances(network: TestNetwork, election: OpenElection, { pauses, restarts, corrections }: Disturbances, ballots: number): Planned[] {
  const step = (mutation: string) => network.graphql(`mutation Step($id: ID!) { ${mutation}(id: $id) { __typename } }`, { id: election.id }, { token: network.tokens.manager })
  const part = (of: number): number => Math.max(1, Math.floor(ballots * of))
  return [
    ...pauses ? [{ after: part(0.2), isWaitedFor: true, addsBallots: 0, work: async () => { await step('pauseElection'); await step('resumeElection') } }] : [],
    ...corrections ? [{ after: part(0.35), isWaitedFor: true, addsBallots: 1, work: async () => { await (await createClerk(network, election.key)).addBallot(placeOf(election)) } }] : [],
    ...restarts ? [
      { after: part(0.5), isWaitedFor: true, addsBallots: 0, work: async () => { await network.workers[0]?.kill(); await network.workers[0]?.start() } },
      { after: part(0.6), isWaitedFor: false, addsBallots: 0, work: async () => {
        const { code, stderr } = await network.run('rebuild', ['--election', election.slug])
        if (code !== 0) throw new Error(`the election was not counted anew: ${stderr}`)
      } },
    ] : [],
  ]
}

function placeOf({ structure }: OpenElection): string {
  return structure.leaves[0]?.id ?? ''
}

async function correctChoices(network: TestNetwork, election: OpenElection, ballots: readonly DrawnBallot[]): Promise<void> {
  const clerk = await createClerk(network, election.key)
  const given = ballots.find(({ unit, channel, selections }) => channel === 'ELECTION_DAY' && unit === placeOf(election) && selections['bridge'] !== undefined)
  const from = given?.selections['bridge']?.[0] ?? 'yes'
  await clerk.moveVote(placeOf(election), 'bridge', from, from === 'yes' ? 'no' : 'yes')
  await eventually(async () => (await ask(network, election)).status === 'CORRECTION', { limitMs: LIMIT_MS, what: 'the correction to be published' })
}

interface Standing { status: string, contests: { ballots: number, contest: { id: string } }[], breakdown: { cells: { totals: { votes: number }[] }[] } }

const STANDING = `query Standing($id: ID!, $contest: ID!) { election(id: $id) { results {
  status contests { ballots contest { id } } breakdown(by: ["age"], contestId: $contest) { cells { totals { votes } } }
} } }`

async function ask(network: TestNetwork, { id, key }: OpenElection): Promise<Standing> {
  return (await network.graphql<{ election: { results: Standing } }>(STANDING, { id, contest: contestId(key, 'mayor') })).election.results
}

/** Every choice, by groups of voters, too. */
async function untilPublished(network: TestNetwork, election: OpenElection, ballots: number): Promise<void> {
  await eventually(async () => {
    const { status, contests, breakdown } = await ask(network, election)
    const isWhole = contests.find(({ contest }) => contest.id === contestId(election.key, 'mayor'))?.ballots === ballots
    return isWhole && (status === 'UNOFFICIAL_COMPLETE' || status === 'CORRECTION') && breakdown.cells.some(({ totals }) => totals.some(({ votes }) => votes > 0))
  }, { limitMs: LIMIT_MS, everyMs: 100, what: 'all choices to be published' })
}

function ingestForm(key: number, { unit, channel, attributes, selections, castAt }: DrawnBallot, number: number): IngestBallot {
  return {
    idempotencyKey: randomUUID(), sourceBallotNumber: String(number), reportingUnitId: unitId(key, unit), channel,
    attributes: Object.entries(attributes).map(([attribute, valueId]) => ({ attributeId: attributeId(key, attribute), valueId })),
    ...castAt === undefined ? {} : { castAt: new Date(castAt).toISOString() },
    selections: Object.entries(selections).map(([contest, options]) => ({ contestId: contestId(key, contest), optionIds: options.map((option) => optionId(key, contest, option)) })),
  }
}
