import { parseId } from '@livetally/core/election'
import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql'
import { Allowed } from '../auth/policy.js'
import { Node } from '../schema/node.js'
import { PageArgs } from '../schema/page.js'
import { ElectionOrder } from '../schema/vocabulary.js'
import type { RequestContext } from '../server/context.js'
import { badInput } from '../server/errors.js'
import { Contest, ContestOption } from './contest.type.js'
import { Election, ElectionConnection, ElectionFilter } from './election.type.js'
import { partyOf } from './party.type.js'
import { reportingUnitOf } from './reporting-unit.type.js'
import { attributesOf } from './voter-attribute.type.js'

@Resolver()
export class ElectionsResolver {
  @Allowed('EVERYBODY')
  @Query(() => Node, { nullable: true, description: 'Anything by its ID.' })
  async node(@Arg('id', () => ID) id: string, @Ctx() { identity, services }: RequestContext): Promise<object | null> {
    const parsed = parseId(id)
    const known = parsed && await services.directory.find(identity, parsed.key)
    if (parsed === undefined || known === undefined) return null
    const { election } = known
    switch (parsed.kind) {
      case 'election': return new Election(election)
      case 'unit': return reportingUnitOf(election, parsed.unit) ?? null
      case 'party': return partyOf(election, parsed.party) ?? null
      case 'attribute': return attributesOf(election, [parsed.attribute])[0] ?? null
      case 'contest':
      case 'option': {
        const shape = election.structure.contests.get(parsed.contest)
        if (shape === undefined || parsed.kind === 'contest') return shape === undefined ? null : new Contest(election, shape)
        const option = shape.definition.options.find((candidate) => candidate.id === parsed.option)
        return option === undefined ? null : new ContestOption(election, shape, option)
      }
      default: return parsed satisfies never
    }
  }

  @Allowed('EVERYBODY')
  @Query(() => Election, { nullable: true, description: 'One election, by `id` or by `slug`. Null if there is none, or none for you.' })
  async election(
    @Arg('id', () => ID, { nullable: true }) id: string | null,
    @Arg('slug', () => String, { nullable: true }) slug: string | null,
    @Ctx() { identity, services }: RequestContext,
  ): Promise<Election | null> {
    if (isGiven(id) === isGiven(slug)) throw badInput('Name the election by `id` or by `slug`.')
    const parsed = isGiven(id) ? parseId(id) : undefined
    const known = isGiven(slug)
      ? await services.directory.findBySlug(identity, slug)
      : parsed?.kind === 'election' ? await services.directory.find(identity, parsed.key) : undefined
    return known === undefined ? null : new Election(known.election)
  }

  @Allowed('EVERYBODY')
  @Query(() => ElectionConnection.type)
  async elections(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ElectionFilter, { nullable: true }) filter: ElectionFilter | null,
    @Arg('orderBy', () => ElectionOrder, { nullable: true, description: 'OPENS_AT_DESC by default.' }) orderBy: keyof typeof ElectionOrder | null,
    @Ctx() { identity, services }: RequestContext,
  ): Promise<object> {
    const found = await services.directory.list(identity, { ...filter, orderBy: orderBy ?? 'OPENS_AT_DESC' }, page)
    return ElectionConnection.of({ ...found, items: found.items.map(({ election }) => new Election(election)) })
  }
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined
}
