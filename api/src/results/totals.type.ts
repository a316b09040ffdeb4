import { methodOf, nameCounts, rankOptions, type ContestCounts, type ContestShape, type Election, type VoteChannel as Channel } from '@livetally/core/election'
import { Field, Int, ObjectType } from 'type-graphql'
import { ContestOption, optionsOf } from '../elections/contest.type.js'
import { Party, partyOf } from '../elections/party.type.js'
import { Count } from '../schema/scalars.js'
import { VoteChannel } from '../schema/vocabulary.js'
import { Share } from './share.type.js'

@ObjectType({ description: 'What one option got.' })
export class OptionResult {
  @Field(() => ContestOption)
  readonly option: ContestOption

  @Field(() => Count)
  readonly votes: number

  @Field(() => Share, { description: 'Of the votes counted in this contest.' })
  readonly share: Share

  @Field(() => Int, { description: '1 for the most votes; equal votes share a rank.' })
  readonly rank: number

  constructor(option: ContestOption, votes: number, share: Share, rank: number) {
    this.option = option
    this.votes = votes
    this.share = share
    this.rank = rank
  }
}

@ObjectType({ description: 'What the options of one party got together.' })
export class PartyResult {
  @Field(() => Party, { nullable: true, description: 'Null: the options of no party.' })
  readonly party: Party | null

  @Field(() => Count)
  readonly votes: number

  @Field(() => Share)
  readonly share: Share

  constructor(party: Party | null, votes: number, share: Share) {
    this.party = party
    this.votes = votes
    this.share = share
  }
}

@ObjectType({ description: 'A contest counted over the ballots of one channel.' })
export class ChannelResult {
  @Field(() => VoteChannel)
  readonly channel: Channel

  @Field(() => Count)
  readonly ballots: number

  @Field(() => Count)
  readonly votes: number

  @Field(() => Count)
  readonly undervotes: number

  @Field(() => Count)
  readonly overvotes: number

  @Field(() => [OptionResult])
  readonly totals: OptionResult[]

  constructor(channel: Channel, counts: ContestCounts, totals: OptionResult[]) {
    this.channel = channel
    this.ballots = counts.ballots
    this.votes = counts.votes
    this.undervotes = counts.undervotes
    this.overvotes = counts.overvotes
    this.totals = totals
  }
}

/** One result per option, in ballot order whatever they got: a chart never jumps about. */
export function totalsOf(election: Election, shape: ContestShape, counts: readonly number[]): OptionResult[] {
  const named = nameCounts(counts)
  const { options } = named
  const base = methodOf(shape).shareBase(named)
  const ranks = rankOptions(options)
  return optionsOf(election, shape).map((option, at) => {
    const got = options[at] ?? 0
    return new OptionResult(option, got, new Share(got, base, 'VALID_VOTES'), ranks[at] ?? 1)
  })
}

/** One result per party that stands in the contest, in the order in which the ballot first names them; those of no party last. */
export function byPartyOf(election: Election, shape: ContestShape, counts: readonly number[]): PartyResult[] {
  const named = nameCounts(counts)
  const { options } = named
  const base = methodOf(shape).shareBase(named)
  const sums = new Map<string | undefined, number>()
  shape.definition.options.forEach((option, at) => { sums.set(option.party, (sums.get(option.party) ?? 0) + (options[at] ?? 0)) })
  const independent = sums.get(undefined)
  sums.delete(undefined)
  if (independent !== undefined) sums.set(undefined, independent)
  return [...sums].map(([party, got]) => new PartyResult(partyOf(election, party) ?? null, got, new Share(got, base, 'VALID_VOTES')))
}
