import { compileStructure, type ElectionDefinition } from '@livetally/core/election'
import type { RecountElection } from './recount-election.js'
import { secrecyOf } from './secret-cells.js'

/** What a recount would read of an election, made from its definition. */
export function recountElection(definition: ElectionDefinition): RecountElection {
  const structure = compileStructure(definition)
  const contests = definition.contests.map(({ id, title, votesAllowed, options }) => ({ id, title, votesAllowed, options }))
  const styles = new Map(structure.leaves.map(({ id }) => [id, contests.filter((contest) => structure.ballotStyle(id).some((shape) => shape.id === contest.id))]))
  const firstLevel = new Map(structure.leaves.flatMap(({ id, firstLevel: unit }): [string, string][] => unit === undefined ? [] : [[id, unit]]))
  const kinds = [...new Set(definition.reportingUnits.map(({ kind }) => kind))]
  const groups = new Map(structure.leaves.flatMap(({ id }) => kinds.flatMap((kind): [string, string][] => {
    const group = structure.groupOf(id, `unit:${kind}`)
    return group === undefined ? [] : [[`unit:${kind}/${id}`, group]]
  })))
  return {
    key: 1, name: definition.name, phase: 'OPEN', isImportedTime: definition.time.source === 'IMPORTED', disorderMs: definition.time.disorderMs, graceMs: definition.time.graceMs,
    granularityMs: definition.time.granularityMs, opensAt: Date.parse(definition.opensAt), closesAt: Date.parse(definition.closesAt), castFrom: definition.castFrom === undefined ? undefined : Date.parse(definition.castFrom), keyFingerprint: '',
    boxOf: new Map(structure.leaves.flatMap(({ id, box }): [string, number][] => box === undefined ? [] : [[id, box]])),
    breakdowns: structure.breakdowns.map((names) => [...names]), contests, styles, firstLevel, groups,
    contestsOfFirstLevel: new Map(structure.firstLevelUnits.map((unit) => [unit, contests.filter(({ id }) => structure.units.get(unit)?.leaves.some((leaf) => structure.ballotStyle(leaf).some((shape) => shape.id === id)))])),
    secrecy: secrecyOf({ ballotSecrecy: definition.ballotSecrecy, releaseSize: definition.releaseSize, releaseUnits: definition.releaseUnits ?? null, choicesByChannel: definition.choicesByChannel }, {
      leaves: structure.leaves.map(({ id }) => id), unitsOf: new Map(structure.leaves.map(({ id, containers }) => [id, [...containers]])), groups, styles, firstLevel,
    }),
  }
}
