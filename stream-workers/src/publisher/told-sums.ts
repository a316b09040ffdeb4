import { toldRow, type ResultRow, type Structure, type TallyView } from '@livetally/core/election'
import type { ReleasePlan } from './release-plan.js'

/** A row of the tallies, summed up over all boxes. `names`: of the breakdown it belongs to; undefined for other views. */
export interface Sum { readonly id: string, readonly view: TallyView, readonly key: string, readonly names: string | undefined, readonly counts: number[], isPublished: boolean }

/** Decides what of the sums is told, and in which rows. */
export interface ToldSums {
  /** Names of the breakdowns that are shown. */
  readonly shown: string[]
  /** From now on these breakdowns are shown. Returns the sums that are told otherwise by it. */
  show(names: ReadonlySet<string>): Sum[]
  /** From now on secret choices are told as the plan says. Returns the sums that are told otherwise by it. */
  follow(plan: ReleasePlan | undefined): Sum[]
  /** The rows that tell of these sums; zeros for what was told and is not any more. */
  changes(sums: Iterable<Sum>): ResultRow[]
  /** Every row that is told and not zero. */
  all(): ResultRow[]
}

export function createToldSums(structure: Pick<Structure, 'secrecy' | 'leaves'>, sums: ReadonlyMap<string, Sum>): ToldSums {
  const { secrecy } = structure
  const toldGroups = new Set<string>()
  let toldPlaces: ReadonlySet<string> = new Set()
  let isPlanNew = false
  let shown: ReadonlySet<string> = new Set()
  let plan: ReleasePlan | undefined

  const isShown = ({ names }: Sum): boolean => names === undefined || shown.has(names)
  const hasGroups = (names: string): boolean => shown.has(names) && plan?.hasNames(names) === true
  const sumUp = (ids: readonly string[]): number[] => {
    const total: number[] = []
    for (const id of ids) sums.get(id)?.counts.forEach((count, at) => { total[at] = (total[at] ?? 0) + count })
    return total
  }
  const groupRow = (key: string): ResultRow => ({ view: 'group', key, counts: sumUp((plan?.groupsIn(key) ?? []).map((group) => `breakdown:${group}`)) })
  /** Its own turnout, and the choices of all places that are shown with it. */
  const placeRow = (place: string, channel: string): ResultRow => {
    const key = `${place}/${channel}`
    const counts = sumUp((plan?.placesIn(place) ?? []).flatMap((one) => [`place:${one}/${channel}`, `leaf:${one}/${channel}`]))
    counts[0] = sums.get(`place:${key}`)?.counts[0] ?? 0
    return { view: 'place', key, counts }
  }
  const emptyRow = ({ key, counts }: Sum): ResultRow => ({ view: 'place', key, counts: counts.map(() => 0) })
  /** The rows of results that tell of a sum; none while it is held back. */
  const rowsOf = (sum: Sum): ResultRow[] => {
    if (plan !== undefined && secrecy?.isByPlace === false && (sum.view === 'leaf' || sum.view === 'place')) {
      const [place = '', channel = ''] = sum.key.split('/')
      // A cell of several places is told as these from now on.
      if (secrecy.cellOf(place) === undefined) return [emptyRow(sum)]
      return [...new Set([place, plan.placeOf(place)])].map((one) => placeRow(one, channel))
    }
    const row = toldRow(structure, { view: sum.view, key: sum.key, counts: [...sum.counts] })
    // A restored database may hold boxes that are open again.
    if (row === undefined) return sum.isPublished ? [emptyRow(sum)] : []
    return [row]
  }
  const changesOf = (sum: Sum): ResultRow[] => {
    const isNow = isShown(sum)
    if (!isNow && !sum.isPublished) return []
    const rows = rowsOf(sum)
    sum.isPublished = isNow && rows.length > 0
    return isNow ? rows : rows.map((row) => ({ ...row, counts: row.counts.map(() => 0) }))
  }
  const groupRows = (touched: Iterable<string>): ResultRow[] => {
    const rows = new Map<string, ResultRow>()
    for (const key of touched) {
      const names = namesOf(key)
      if (!hasGroups(names)) continue
      rows.set(key, groupRow(key))
      // Says that the breakdown is told, also where nobody has voted.
      rows.set(`${names}/`, { view: 'group', key: `${names}/`, counts: [1] })
    }
    for (const key of rows.keys()) toldGroups.add(key)
    for (const key of toldGroups) {
      if (hasGroups(namesOf(key))) continue
      rows.set(key, { view: 'group', key, counts: [0] })
      toldGroups.delete(key)
    }
    return [...rows.values()]
  }
  /** Which places are told with which others; zero of those that were and are not any more. */
  const joinedRows = (): ResultRow[] => {
    const now = new Map((plan?.joinedPlaces ?? []).map(([place, target]) => [place, 1 + structure.leaves.findIndex(({ id }) => id === target)]))
    const rows = [...new Set([...now.keys(), ...toldPlaces])].map((place): ResultRow => ({ view: 'joined', key: place, counts: [now.get(place) ?? 0] }))
    toldPlaces = new Set(now.keys())
    return rows
  }
  /** Without ballots in any group a breakdown has no sums, and is told all the same. */
  const emptyBreakdowns = (): string[] => (plan?.decided ?? []).map(({ names }) => `${names}/`).filter((key) => hasGroups(namesOf(key)) && !toldGroups.has(key))

  return {
    get shown() { return [...shown] },
    show(names) {
      const before = shown
      shown = names
      return [...sums.values()].filter((sum) => sum.names !== undefined && before.has(sum.names) !== names.has(sum.names))
    },
    follow(next) {
      if (plan === next) return []
      plan = next
      isPlanNew = true
      return [...sums.values()].filter(({ view }) => view === 'breakdown' || view === 'leaf' || view === 'place')
    },
    changes(changed) {
      if (secrecy === undefined) return [...changed].flatMap(changesOf)
      const rows = new Map<string, ResultRow>()
      const groups = new Set<string>(emptyBreakdowns())
      for (const sum of changed) {
        for (const row of changesOf(sum)) rows.set(`${row.view}:${row.key}`, row)
        if (sum.view === 'breakdown') groups.add(plan?.groupOf(sum.key) ?? sum.key)
      }
      const joined = isPlanNew ? joinedRows() : []
      isPlanNew = false
      return [...rows.values(), ...joined, ...groupRows(groups)]
    },
    all() {
      const rows = new Map<string, ResultRow>()
      const groups = new Set<string>(emptyBreakdowns())
      for (const sum of sums.values()) {
        if (!isShown(sum)) continue
        for (const row of rowsOf(sum)) if (row.counts.some((count) => count !== 0)) rows.set(`${row.view}:${row.key}`, row)
        if (sum.view === 'breakdown') groups.add(plan?.groupOf(sum.key) ?? sum.key)
      }
      return [...rows.values(), ...joinedRows().filter(({ counts: [target] }) => target !== 0), ...groupRows(groups).filter(({ counts }) => counts.some((count) => count !== 0))]
    },
  }
}

function namesOf(key: string): string {
  return key.slice(0, key.indexOf('/'))
}
