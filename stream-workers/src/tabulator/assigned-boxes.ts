import { ballotsPartition } from '@livetally/core/events'
import type { BoxId } from '@livetally/core/store'

/** Which boxes the consumer group has given to this process, as far as it is known. */
export interface AssignedBoxes {
  assign(partitions: readonly number[], partitionCount: number): void
  /** The group is gone or has taken them back: nobody may have taken over, so that what is held is gone on with. */
  lose(): void
  has(id: BoxId): boolean
  /** Whether the group has said so since it was last lost. */
  readonly isCertain: boolean
}

export function createAssignedBoxes(): AssignedBoxes {
  let partitions: ReadonlySet<number> = new Set()
  let partitionCount = 1
  let isCertain = false
  return {
    assign(given, count) {
      partitions = new Set(given)
      partitionCount = count
      isCertain = true
    },
    lose() { isCertain = false },
    has: ({ election, box }) => partitions.has(ballotsPartition(election, box, partitionCount)),
    get isCertain() { return isCertain },
  }
}
