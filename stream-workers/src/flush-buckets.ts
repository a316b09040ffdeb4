/** Seconds that a transaction with tallies or results may take, from quick to broken. */
export const FLUSH_BUCKETS_S = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]
