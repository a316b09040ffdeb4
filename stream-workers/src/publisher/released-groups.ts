import { PLACES, type Election } from '@livetally/core/election'
import type { GroupReleaseStore } from '@livetally/core/store'
import { viewsOf } from '../views.js'
import type { MergedTallies } from './merged-tallies.js'
import { createReleasePlan, type ReleasePlan } from './release-plan.js'

/** Secret choices of groups, and of places where release units are wider: told once every box is sealed and counted, and it is decided how. */
export interface ReleasedGroups {
  /** Has them told as it is decided by now. */
  follow(): Promise<void>
  /** Names of what has yet to be decided; none before every box is sealed and counted. */
  undecided(): string[]
}

export function createReleasedGroups({ key, store, merged, election, isAllCounted }: {
  key: number, store: Pick<GroupReleaseStore, 'decided'>, merged: Pick<MergedTallies, 'release'>, election: () => Election, isAllCounted: () => boolean
}): ReleasedGroups {
  let plan: ReleasePlan | undefined
  return {
    async follow() {
      const { secrecy } = election().structure
      if (secrecy === undefined) return
      const decided = isAllCounted() ? await store.decided(key) : []
      if (JSON.stringify(decided) !== JSON.stringify(plan?.decided ?? [])) plan = decided.length === 0 ? undefined : createReleasePlan(decided)
      merged.release(plan !== undefined && (secrecy.isByPlace || plan.hasPlaces) ? plan : undefined)
    },
    undecided() {
      const { structure } = election()
      if (structure.secrecy === undefined || !isAllCounted()) return []
      const places = structure.secrecy.isByPlace || plan?.hasPlaces === true ? [] : [PLACES]
      return [...places, ...viewsOf(structure).filter((names) => plan?.hasNames(names) !== true)]
    },
  }
}
