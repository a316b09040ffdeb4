/** What is done to the running system. */
export const FAULT_KINDS = [
  'API killed', 'API frozen', 'worker killed', 'all workers killed', 'worker frozen',
  'Postgres killed', 'Postgres connections cut', 'Postgres connections half-open', 'Postgres unreachable', 'disk full',
  'Kafka killed', 'Kafka connections cut', 'Kafka connections half-open', 'Kafka unreachable', 'topic deleted',
  'clock jumped', 'database clock set back', 'relay killed', 'tabulator killed', 'publisher killed',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** Only where each role runs in processes of its own. */
export const KINDS_APART = ['relay killed', 'tabulator killed', 'publisher killed'] as const satisfies readonly FaultKind[]

/** Kafka stopped for long: not part of the usual mix. */
export const KAFKA_AWAY = 'Kafka away'

/** How long each lasts, in ms: from, to. 0 for what is done at once, and mended by whoever supervises. */
const LENGTHS: Record<FaultKind, readonly [number, number]> = {
  'API killed': [0, 0],
  'API frozen': [2_000, 9_000],
  'worker killed': [0, 0],
  'all workers killed': [0, 0],
  // Beyond the relay's lease and the consumer group's session.
  'worker frozen': [7_000, 9_000],
  'Postgres killed': [0, 0],
  'Postgres connections cut': [0, 0],
  'Postgres connections half-open': [0, 0],
  'Postgres unreachable': [2_000, 9_000],
  'disk full': [2_000, 4_000],
  'Kafka killed': [0, 0],
  'Kafka connections cut': [0, 0],
  'Kafka connections half-open': [0, 0],
  'Kafka unreachable': [2_000, 9_000],
  'topic deleted': [0, 0],
  'clock jumped': [4_000, 8_000],
  'database clock set back': [0, 0],
  'relay killed': [0, 0],
  'tabulator killed': [0, 0],
  'publisher killed': [0, 0],
}

export function lengthsOf(kind: FaultKind): readonly [number, number] {
  return LENGTHS[kind]
}

/** Nobody can step in for what these take away: their recovery is counted from their end. */
const HOPELESS_BEFORE_THE_END: ReadonlySet<string> = new Set<FaultKind>(['API frozen', 'Postgres unreachable', 'Kafka unreachable', 'disk full'])

export function recoversFromEnd(kind: string): boolean {
  return kind === KAFKA_AWAY || HOPELESS_BEFORE_THE_END.has(kind)
}
