import type { BoxState, ElectionVersion, RevisionStore } from '@livetally/core/store'
import type { Clock } from '../pace.js'

type Position = Pick<BoxState, 'box' | 'generation' | 'nextSeq'>

/** Elections that are published to their end: nothing is held of them, and they are seldom looked at. */
export interface SettledElections {
  /** True while the election stands as it was published. A correction may still come to it, or a new breakdown. */
  isSettled(version: ElectionVersion): Promise<boolean>
  has(election: number): boolean
  settle(version: ElectionVersion, revision: number, vector: readonly Position[]): void
  forget(isForgotten: (election: number) => boolean): void
}

/** What was announced of a change may be lost, so positions are compared; but not every two seconds for all elections that ever were. */
const LOOK_MS = 30_000

export function createSettledElections({ store, clock }: { store: Pick<RevisionStore, 'positions' | 'latest'>, clock: Pick<Clock, 'now'> }): SettledElections {
  const settled = new Map<number, { version: string, positions: string, revision: number, lookedAt: number }>()
  return {
    async isSettled(version) {
      const known = settled.get(version.key)
      if (known?.version !== textOf(version)) return false
      if (clock.now() - known.lookedAt < LOOK_MS) return true
      known.lookedAt = clock.now()
      return known.revision === await store.latest(version.key) && known.positions === textOfPositions(await store.positions(version.key))
    },
    has: (election) => settled.has(election),
    settle(version, revision, vector) {
      settled.set(version.key, { version: textOf(version), positions: textOfPositions(vector), revision, lookedAt: clock.now() })
    },
    forget(isForgotten) {
      for (const election of settled.keys()) if (isForgotten(election)) settled.delete(election)
    },
  }
}

function textOf({ phase, phaseVersion, definitionId }: ElectionVersion): string {
  return `${phase}/${phaseVersion}/${definitionId}`
}

function textOfPositions(positions: readonly Position[]): string {
  return JSON.stringify(positions.map(({ box, generation, nextSeq }) => [box, generation, nextSeq]))
}
