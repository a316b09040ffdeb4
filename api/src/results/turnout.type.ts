import type { Unit, VoteChannel as Channel } from '@livetally/core/election'
import { Field, ObjectType } from 'type-graphql'
import type { ReportingUnitFilter } from '../elections/reporting-unit.type.js'
import { compareKeys, filterUnits } from '../elections/unit-list.js'
import type { ShownRevision } from '../live/shown-revision.js'
import { connectionOf, cursorScope, cutPage, type Connection, type CursorKey, type PageArgs } from '../schema/page.js'
import { Count } from '../schema/scalars.js'
import { VoteChannel, type UnitTurnoutOrder } from '../schema/vocabulary.js'
import { Share } from './share.type.js'
import { UnitBallots } from './unit-ballots.type.js'

@ObjectType({ description: 'How many ballots came by one channel.' })
export class ChannelBallots {
  @Field(() => VoteChannel)
  readonly channel: Channel

  @Field(() => Count)
  readonly ballots: number

  @Field(() => Share)
  readonly share: Share

  constructor(channel: Channel, ballots: number, all: number) {
    this.channel = channel
    this.ballots = ballots
    this.share = new Share(ballots, all, 'BALLOTS_CAST')
  }
}

@ObjectType({ description: 'How many of a unit\'s voters have voted.' })
export class UnitTurnout extends UnitBallots {
  @Field(() => [ChannelBallots])
  readonly byChannel: ChannelBallots[]

  constructor({ election, at }: ShownRevision, row: Row) {
    super(election, row)
    this.byChannel = [...at.turnout(row.unit.id).byChannel].map(([channel, cast]) => new ChannelBallots(channel, cast, row.ballots))
  }
}

export const UnitTurnoutConnection = connectionOf('UnitTurnout', () => UnitTurnout)

interface Row { unit: Unit, ballots: number, eligible: number | undefined }

/** One page of turnout by unit: searched, filtered and sorted here, so that a table of thousands of precincts costs its reader one page. */
export function turnoutByUnit(shown: ShownRevision, page: PageArgs, filter: ReportingUnitFilter | null, orderBy: UnitTurnoutOrder): Connection<UnitTurnout> {
  const { election, at } = shown
  const rows = filterUnits(election.key, election.structure, election.structure.units.values(), filter)
    .map((unit): Row => ({ unit, ballots: at.turnout(unit.id).ballots, eligible: at.eligibleVoters(unit.id) }))
  const cut = cutPage(rows, page, (row) => [sortValue(row, orderBy), row.unit.id], compareKeys(orderBy.endsWith('_DESC')), cursorScope('turnoutByUnit', election.key, orderBy, filter))
  return UnitTurnoutConnection.of({ ...cut, items: cut.items.map((row) => new UnitTurnout(shown, row)) })
}

function sortValue({ unit, ballots, eligible }: Row, orderBy: UnitTurnoutOrder): CursorKey[0] {
  switch (orderBy) {
    case 'NAME_ASC':
    case 'NAME_DESC': return unit.definition.name
    case 'BALLOTS_ASC':
    case 'BALLOTS_DESC': return ballots
    case 'ELIGIBLE_ASC':
    case 'ELIGIBLE_DESC': return eligible ?? null
    case 'TURNOUT_ASC':
    case 'TURNOUT_DESC': return eligible === undefined || eligible === 0 ? null : ballots / eligible
  }
}
