import { compileStructure, type Structure } from '../structure/structure.js'
import { findContestWarnings } from './contest-warnings.js'
import type { DefinitionProblem, ElectionDefinition } from './definition.js'
import { nameSome } from './named-warnings.js'

/**
 * What whoever drafts an election should know before they publish it; nothing here makes the definition wrong.
 *
 * Choices of secret ballots are shown in groups, and a place fills none unless it has ballots for two. Where so few may vote,
 * its choices wait for the close and are then shown with those of another place, or alone where there is none like it.
 */
export function findDefinitionWarnings(definition: ElectionDefinition): DefinitionProblem[] {
  const thin = thinPlaces(compileStructure(definition)).sort((one, other) => one.voters - other.voters)
  return [
    ...findContestWarnings(definition),
    ...nameSome(thin.map(({ path, message }) => ({ path, message })), (rest) => ({ path: 'reportingUnits', message: `${rest} more ${rest === 1 ? 'place has' : 'places have'} fewer than ${fewest(definition)} eligible voters` })),
  ]
}

/** Two groups: one is shown when the next is full. */
const fewest = ({ releaseSize }: Pick<ElectionDefinition, 'releaseSize'>): number => 2 * releaseSize

/** Every cell (a place, or a release unit's part with one ballot style) of which it is known that too few may vote. */
function thinPlaces({ definition, secrecy, units }: Structure): { voters: number, path: string, message: string }[] {
  if (secrecy === undefined) return []
  const places = new Map(definition.reportingUnits.map(({ id }, at) => [id, at]))
  return secrecy.cells.flatMap(({ id, leaves }) => {
    const known = leaves.map((leaf) => units.get(leaf)?.definition.eligibleVoters)
    const voters = known.reduce<number>((sum, count) => sum + (count ?? 0), 0)
    if (known.includes(undefined) || voters >= fewest(definition)) return []
    const unit = secrecy.isByPlace ? id : releaseUnitOf(id)
    const at = places.get(unit) ?? 0
    const part = leaves.length === units.get(unit)?.leaves.length ? '' : `, in ${leaves.length === 1 ? 'one place' : `${leaves.length} places`} with one ballot style`
    const has = `"${definition.reportingUnits[at]?.name ?? unit}" has ${voters} eligible ${voters === 1 ? 'voter' : 'voters'}${part}`
    return [{
      voters,
      path: `reportingUnits[${at}]`,
      message: `${has}, fewer than ${fewest(definition)}: their choices come when voting has closed, together with those of a place with the same ballot in the same units, or alone where there is none, and could then be read off`,
    }]
  })
}

/** Of a cell's id, `unit~number`. */
function releaseUnitOf(cell: string): string {
  return cell.split('~', 1)[0] ?? cell
}
