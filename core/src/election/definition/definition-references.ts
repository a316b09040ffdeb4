import type { DefinitionProblem, ElectionDefinition } from './definition.js'
import { METHODS } from '../methods/index.js'
import { findUnseenCharacters } from './visible-text.js'

/** What the parts of a definition say of each other: names that must exist, numbers that must agree, trees without loops. */
export function findReferenceProblems(definition: ElectionDefinition): DefinitionProblem[] {
  return [
    ...findTwins(definition),
    ...findUnseenCharacters(definition),
    ...checkTimes(definition),
    ...checkUnits(definition),
    ...checkContests(definition),
    ...checkSize(definition),
    ...checkBreakdowns(definition),
  ]
}

function findTwins(definition: ElectionDefinition): DefinitionProblem[] {
  const lists: [string, readonly { id: string }[]][] = [
    ['parties', definition.parties],
    ['attributes', definition.attributes],
    ['reportingUnits', definition.reportingUnits],
    ['contests', definition.contests],
    ...definition.contests.map((contest, at): [string, readonly { id: string }[]] => [`contests[${at}].options`, contest.options]),
    ...definition.attributes.map((attribute, at): [string, readonly { id: string }[]] => [`attributes[${at}].values`, attribute.values]),
  ]
  return lists.flatMap(([path, list]) => {
    const seen = new Set<string>()
    return list.flatMap(({ id }, at) => {
      if (seen.has(id)) return [{ path: `${path}[${at}].id`, message: `"${id}" is used twice` }]
      seen.add(id)
      return []
    })
  })
}

function checkTimes({ opensAt, closesAt, castFrom, time }: ElectionDefinition): DefinitionProblem[] {
  return [
    ...Date.parse(closesAt) > Date.parse(opensAt) ? [] : [{ path: 'closesAt', message: 'must be after opensAt' }],
    ...castFrom === undefined || time.source === 'IMPORTED' ? [] : [{ path: 'castFrom', message: 'can be said where time.source is IMPORTED only: elsewhere the ledger\'s clock says when a ballot was cast' }],
    ...castFrom === undefined || Date.parse(castFrom) <= Date.parse(opensAt) ? [] : [{ path: 'castFrom', message: 'must not be after opensAt' }],
  ]
}

function checkUnits(definition: ElectionDefinition): DefinitionProblem[] {
  const { reportingUnits } = definition
  const byId = new Map(reportingUnits.map((unit) => [unit.id, unit]))
  const problems: DefinitionProblem[] = []
  const hasParts = new Set(reportingUnits.flatMap((unit) => unit.parent === undefined ? [] : [unit.parent]))
  reportingUnits.forEach((unit, at) => {
    if (unit.parent !== undefined && !byId.has(unit.parent)) problems.push({ path: `reportingUnits[${at}].parent`, message: `there is no reporting unit "${unit.parent}"` })
    unit.composedOf?.forEach((part, partAt) => {
      if (!byId.has(part)) problems.push({ path: `reportingUnits[${at}].composedOf[${partAt}]`, message: `there is no reporting unit "${part}"` })
    })
    if (unit.composedOf !== undefined && hasParts.has(unit.id)) problems.push({ path: `reportingUnits[${at}].composedOf`, message: 'a unit is either the parent of others or composed of others, not both' })
  })
  if (problems.length > 0) return problems
  const loops = findLoops(reportingUnits)
  return loops.length > 0 ? loops : checkReleaseUnits(definition)
}

function findLoops(units: ElectionDefinition['reportingUnits']): DefinitionProblem[] {
  const downwards = new Map<string, string[]>(units.map((unit) => [unit.id, [...unit.composedOf ?? []]]))
  for (const unit of units) if (unit.parent !== undefined) downwards.get(unit.parent)?.push(unit.id)
  const state = new Map<string, 'entered' | 'left'>()
  const isInLoop = (id: string): boolean => {
    if (state.get(id) === 'left') return false
    if (state.get(id) === 'entered') return true
    state.set(id, 'entered')
    const found = (downwards.get(id) ?? []).some(isInLoop)
    state.set(id, 'left')
    return found
  }
  return units.flatMap((unit, at) => isInLoop(unit.id) ? [{ path: `reportingUnits[${at}]`, message: `"${unit.id}" contains itself` }] : [])
}

function checkContests(definition: ElectionDefinition): DefinitionProblem[] {
  const units = new Set(definition.reportingUnits.map((unit) => unit.id))
  const parties = new Set(definition.parties.map((party) => party.id))
  return definition.contests.flatMap((contest, at) => {
    const path = `contests[${at}]`
    const problems: DefinitionProblem[] = []
    if (!units.has(contest.reportingUnit)) problems.push({ path: `${path}.reportingUnit`, message: `there is no reporting unit "${contest.reportingUnit}"` })
    for (const { field, message } of METHODS[contest.variation].problemsOf(contest)) problems.push({ path: `${path}.${field}`, message })
    contest.options.forEach((option, optionAt) => {
      if (option.party !== undefined && !parties.has(option.party)) problems.push({ path: `${path}.options[${optionAt}].party`, message: `there is no party "${option.party}"` })
    })
    return problems
  })
}

/** Options of all contests: what one row of counts holds, and what every worker and API process holds in memory. */
const MOST_OPTIONS = 100_000

function checkSize({ contests }: ElectionDefinition): DefinitionProblem[] {
  const options = contests.reduce((sum, contest) => sum + contest.options.length, 0)
  return options <= MOST_OPTIONS ? [] : [{ path: 'contests', message: `must have at most 100,000 options together, not ${options.toLocaleString('en-US')}` }]
}

/** Cells of one breakdown: each is a row of counts in every ballot box. */
const MOST_CELLS = 20_000

function checkBreakdowns(definition: ElectionDefinition): DefinitionProblem[] {
  const valuesOf = new Map(definition.attributes.map((attribute): [string, number] => [attribute.id, attribute.values.length + 1]))
  for (const { kind } of definition.reportingUnits) valuesOf.set(`unit:${kind}`, (valuesOf.get(`unit:${kind}`) ?? 1) + 1)
  const seen = new Set<string>()
  return definition.breakdowns.flatMap((names, at) => {
    const path = `breakdowns[${at}]`
    const unknown = names.filter((name) => !valuesOf.has(name)).map((name) => ({ path, message: name.startsWith('unit:') ? `there is no reporting unit of the kind "${name.slice(5)}"` : `there is no attribute "${name}"` }))
    const key = names.toSorted().join('/')
    const twin = seen.has(key) || new Set(names).size < names.length ? [{ path, message: `${names.map((name) => `"${name}"`).join(' by ')} is named twice or pairs an attribute with itself` }] : []
    seen.add(key)
    const cells = names.reduce((product, name) => product * (valuesOf.get(name) ?? 1), 1)
    const large = cells > MOST_CELLS ? [{ path, message: `would have ${cells} cells; at most ${MOST_CELLS} are counted` }] : []
    return [...unknown, ...twin, ...large]
  })
}

/** Every place lies in one release unit, so that each ballot's choices are shown once. */
function checkReleaseUnits({ releaseUnits, reportingUnits, ballotSecrecy }: ElectionDefinition): DefinitionProblem[] {
  if (releaseUnits === undefined || ballotSecrecy === 'OPEN') return []
  const path = 'releaseUnits'
  const parts = new Map<string, string[]>(reportingUnits.map((unit) => [unit.id, [...unit.composedOf ?? []]]))
  for (const unit of reportingUnits) if (unit.parent !== undefined) parts.get(unit.parent)?.push(unit.id)
  const leavesOf = (id: string): string[] => {
    const own = parts.get(id) ?? []
    return own.length === 0 ? [id] : own.flatMap(leavesOf)
  }
  const units = reportingUnits.filter(({ kind }) => kind === releaseUnits)
  if (units.length === 0) return [{ path, message: `there is no reporting unit of the kind "${releaseUnits}"` }]
  const times = new Map<string, number>()
  for (const { id } of units) for (const leaf of new Set(leavesOf(id))) times.set(leaf, (times.get(leaf) ?? 0) + 1)
  const stray = reportingUnits.find(({ id }) => parts.get(id)?.length === 0 && times.get(id) !== 1)
  return stray === undefined ? [] : [{ path, message: `every place must lie in one ${releaseUnits} and no more; "${stray.id}" lies in ${times.get(stray.id) ?? 0}` }]
}
