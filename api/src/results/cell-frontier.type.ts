import { Field, Int, ObjectType } from 'type-graphql'
import { ReportingUnit } from '../elections/reporting-unit.type.js'
import { compareKeys } from '../elections/unit-list.js'
import type { ShownRevision } from '../live/shown-revision.js'
import { connectionOf, cursorScope, cutPage, type PageArgs } from '../schema/page.js'
import { Count } from '../schema/scalars.js'

@ObjectType({ description: 'How far the choices of secret ballots of one cell are published: those of a release unit, ballot style and ballot box; and of a channel, where choices are told by it.' })
export class CellFrontier {
  @Field(() => Int)
  readonly box: number

  @Field(() => String, { description: 'The place, or the release unit and the number of a ballot style; then a slash and the channel, if choices are told by it.' })
  readonly cell: string

  @Field(() => Count, { description: 'Choices of the cell\'s ballots with a lower number in their box are published.' })
  readonly seq: number

  @Field(() => Count, { description: 'How many ballots these are, including those of cells that are shown with this one.' })
  readonly ballots: number

  @Field(() => ReportingUnit, { nullable: true, description: 'Where its choices are counted instead: it had too few ballots to be shown alone.' })
  readonly shownWith: ReportingUnit | null

  constructor({ box, cell, seq, ballots, shownWith }: Pick<CellFrontier, 'box' | 'cell' | 'seq' | 'ballots' | 'shownWith'>) {
    this.box = box
    this.cell = cell
    this.seq = seq
    this.ballots = ballots
    this.shownWith = shownWith
  }
}

export const CellFrontierConnection = connectionOf('CellFrontier', () => CellFrontier)

/** In the order of places and boxes. */
export function frontierOf({ election, at }: ShownRevision, page: PageArgs): object {
  const cells = [...at.frontier()].map(([key, { seq, ballots, shownWith }]) => {
    const slash = key.indexOf('/')
    const unit = election.structure.units.get(shownWith?.id ?? '')
    return new CellFrontier({ box: Number(key.slice(0, slash)), cell: key.slice(slash + 1).replace(/\/$/, ''), seq, ballots, shownWith: unit === undefined ? null : new ReportingUnit(election, unit) })
  })
  const cut = cutPage(cells, page, ({ box, cell }) => [cell, `${cell} ${box}`], compareKeys(false), cursorScope('frontier', election.key))
  return CellFrontierConnection.of(cut)
}
