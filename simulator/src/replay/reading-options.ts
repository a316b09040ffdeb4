import { VOTE_CHANNELS, type VoteChannel } from '@livetally/core/election'
import { columnKey } from './channels.js'
import { titleKey } from './names.js'
import { ROW_KINDS, type RowKind } from './row-kinds.js'

/** What a file does not tell and a person does: each answers a question that the reader asks. */
export interface ReadingOptions {
  /** Of bytes that are not UTF-8. */
  encoding?: string
  /** As which channel votes are cast of which the file tells none. */
  unknownChannel?: VoteChannel
  /** Column → its channel, or `IGNORE`. */
  columns?: ReadonlyMap<string, VoteChannel | 'IGNORE'>
  /** Text of a precinct, office or candidate → what its rows are. */
  treat?: ReadonlyMap<string, RowKind>
  /** What two rows of one candidate in one precinct are: parts to be added, or one row written twice. */
  duplicates?: 'add' | 'once'
  /** Which numbers hold where the channels add up to more than `votes`. */
  trust?: 'votes' | 'channels'
  /** Whether each party's candidates stand in a contest of their own. */
  isPrimary?: boolean
  /** Keeps one name under two parties apart, as two options. */
  isApart?: boolean
}

export type Answered<T> = { ok: true, value: T } | { ok: false, problem: string }

/** Reads `--column ivo=EARLY`, as often as it is given. */
export function readColumnSwitch(words: readonly string[]): Answered<Map<string, VoteChannel | 'IGNORE'>> {
  return readPairs('--column', words, [...VOTE_CHANNELS, 'IGNORE'], columnKey)
}

/** Reads `--treat "Times Counted=BALLOTS_CAST"`, as often as it is given. `=IGNORE` is of rows without an office or candidate. */
export function readTreatSwitch(words: readonly string[]): Answered<Map<string, RowKind>> {
  const read = readPairs('--treat', words, ROW_KINDS, titleKey, 0)
  return read.ok && (read.value.get('') ?? 'IGNORE') !== 'IGNORE' ? { ok: false, problem: '--treat "=IGNORE" is all that can be said of rows without a candidate.' } : read
}

function readPairs<T extends string>(name: string, words: readonly string[], known: readonly T[], keyOf: (text: string) => string, shortest = 1): Answered<Map<string, T>> {
  const found = new Map<string, T>()
  for (const word of words) {
    const cut = word.lastIndexOf('=')
    const value = known.find((one) => one === word.slice(cut + 1).trim().toUpperCase().replaceAll('-', '_'))
    if (cut < shortest || value === undefined) return { ok: false, problem: `${name} must be a name, "=", and one of ${known.join(', ')}, not "${word}".` }
    found.set(keyOf(word.slice(0, cut)), value)
  }
  return { ok: true, value: found }
}
