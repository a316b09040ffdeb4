import { Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql'
import { ballotStyleOf } from '../elections/ballot-style.js'
import { Contest } from '../elections/contest.type.js'
import { Election } from '../elections/election.type.js'
import { ReportingUnit, reportingUnitOf } from '../elections/reporting-unit.type.js'
import { DateTime } from '../schema/scalars.js'
import { Role } from '../schema/vocabulary.js'
import type { RequestContext } from '../server/context.js'
import { boundElection, expiryOf } from './identity.js'
import { Allowed } from './policy.js'

@ObjectType({ description: 'Who the token says is asking.' })
export class Viewer {
  @Field(() => Role)
  role!: Role

  @Field(() => Election, { nullable: true, description: 'The election in which a VOTER may vote, or the only one that an official\'s token is for.' })
  election!: Election | null

  @Field(() => DateTime, { nullable: true })
  expiresAt!: Date | null

  @Field(() => ID, { nullable: true, description: 'The id of the token, by which it can be revoked.' })
  tokenId!: string | null

  @Field(() => [Contest], { description: 'The contests on this voter\'s ballot; empty but for VOTER.' })
  ballotStyle!: Contest[]

  @Field(() => ReportingUnit, { nullable: true, description: 'Where this voter votes.' })
  reportingUnit!: ReportingUnit | null
}

@Resolver()
export class ViewerResolver {
  @Allowed('EVERYBODY')
  @Query(() => Viewer)
  async viewer(@Ctx() { identity, services }: RequestContext): Promise<Viewer> {
    const expiry = expiryOf(identity)
    const election = identity.role === 'VOTER' ? identity.claims.election : boundElection(identity)
    const known = election === undefined ? undefined : await services.elections.get(election)
    const unit = identity.role === 'VOTER' ? identity.claims.unit : undefined
    return Object.assign(new Viewer(), {
      role: identity.role,
      tokenId: identity.role === 'ANONYMOUS' ? null : identity.claims.jti,
      expiresAt: expiry === undefined ? null : new Date(expiry * 1_000),
      election: known === undefined ? null : new Election(known.election),
      ballotStyle: known === undefined || unit === undefined ? [] : ballotStyleOf(known.election, unit),
      reportingUnit: known === undefined ? null : reportingUnitOf(known.election, unit) ?? null,
    })
  }
}
