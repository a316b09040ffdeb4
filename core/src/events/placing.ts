/**
 * Where records go. A box keeps to one partition and an election's tallies to one, by our own rule, so that a worker
 * knows from the partitions it holds which boxes and elections are its own.
 */
export function ballotsPartition(election: number, box: number, partitions: number): number {
  return (scatter(election) + box) % partitions
}

export function electionPartition(election: number, partitions: number): number {
  return scatter(election) % partitions
}

/** Knuth's multiplicative hash, 32 bits: neighbouring elections spread over the partitions. */
function scatter(election: number): number {
  return Math.imul(election, 2_654_435_761) >>> 16
}
