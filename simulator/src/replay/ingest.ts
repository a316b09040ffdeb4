import { contestId, optionId, parseId, unitId } from '@livetally/core/election'
import { uuidOf } from '../electorate/electorate.js'
import type { IngestBallot } from '../system/cast-votes.js'
import type { ReplayBallot } from './decompose-ballots.js'

export interface IngestOptions {
  /** The public ID of the election. */
  electionId: string
  /** When the election opened, in ms since 1970: invented times count from there, so that a second run says the same. */
  opensAt: number
  seed: string | number
}

/** The form in which a replayed ballot is cast. Its key and number depend on seed and place in the file alone: casting it again changes nothing. */
export function createIngestForm({ electionId, opensAt, seed }: IngestOptions): (ballot: ReplayBallot) => IngestBallot {
  const parsed = parseId(electionId)
  if (parsed?.kind !== 'election') throw new Error(`"${electionId}" is not the ID of an election`)
  const { key } = parsed
  const optionIds = new Map<string, string>()
  const optionOf = (contest: string, option: string): string => {
    const name = `${contest}/${option}`
    const id = optionIds.get(name) ?? optionId(key, contest, option)
    optionIds.set(name, id)
    return id
  }
  return ({ precinct, channel, number, second, marks }) => ({
    idempotencyKey: uuidOf(`replay/${seed}/${precinct.id}/${channel}/${number}`),
    sourceBallotNumber: `${precinct.id}/${channel}/${number}`,
    reportingUnitId: unitId(key, precinct.id),
    channel,
    castAt: new Date(opensAt + second * 1_000).toISOString(),
    selections: marks.map(({ contest, options }) => ({
      contestId: contestId(key, contest.id),
      optionIds: options.map((option) => optionOf(contest.id, contest.options[option]?.id ?? '')),
    })),
  })
}
