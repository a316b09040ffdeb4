import { basename } from 'node:path'
import { VOTE_CHANNELS } from '@livetally/core/election'
import type { Command } from 'commander'
import { readColumnSwitch, readTreatSwitch, type Answered, type ReadingOptions } from '../replay/reading-options.js'
import { CommandFailure } from './command-line.js'

/** Answers to what a file does not tell, as they are typed. */
export interface ReadingSwitches {
  encoding?: string
  unknownChannel?: string
  column: string[]
  treat: string[]
  duplicates?: string
  trust?: string
  primary?: boolean
  apart?: boolean
}

export function addReadingSwitches(command: Command): Command {
  const gather = (word: string, words: string[]): string[] => [...words, word]
  return command
    .option('--encoding <name>', 'encoding of a file that is not UTF-8, such as windows-1252')
    .option('--unknown-channel <channel>', 'as what votes are cast of which the file tells no channel (default: ELECTION_DAY)')
    .option('--column <name=channel>', 'the channel of a column, or IGNORE; as often as needed', gather, [])
    .option('--treat <name=kind>', 'what rows of a candidate, office or precinct are; as often as needed', gather, [])
    .option('--duplicates <how>', 'two rows of one candidate in one precinct: add, or once')
    .option('--trust <numbers>', 'where channels add up to more than votes: votes, or channels')
    .option('--primary', 'each party has contests of its own (default: where the name of the file or its write-ins say so)')
    .option('--no-primary', 'the file is of no primary')
    .option('--apart', 'one name under two parties is two candidates')
}

export function readReadingSwitches(file: string, switches: ReadingSwitches): ReadingOptions {
  const isPrimary = switches.primary ?? (/(^|[^a-z])primary([^a-z]|$)/i.test(basename(file)) ? true : undefined)
  const { encoding } = switches
  const unknownChannel = oneOf('--unknown-channel', VOTE_CHANNELS, switches.unknownChannel?.toUpperCase())
  const duplicates = oneOf('--duplicates', ['add', 'once'] as const, switches.duplicates)
  const trust = oneOf('--trust', ['votes', 'channels'] as const, switches.trust)
  return {
    columns: taken(readColumnSwitch(switches.column)),
    treat: taken(readTreatSwitch(switches.treat)),
    isApart: switches.apart === true,
    ...encoding === undefined ? {} : { encoding },
    ...unknownChannel === undefined ? {} : { unknownChannel },
    ...duplicates === undefined ? {} : { duplicates },
    ...trust === undefined ? {} : { trust },
    ...isPrimary === undefined ? {} : { isPrimary },
  }
}

function oneOf<T extends string>(name: string, known: readonly T[], word: string | undefined): T | undefined {
  const found = known.find((one) => one === word)
  if (word !== undefined && found === undefined) throw new CommandFailure(`${name} must be one of ${known.join(', ')}, not "${word}".`)
  return found
}

function taken<T>(answered: Answered<T>): T {
  if (!answered.ok) throw new CommandFailure(answered.problem)
  return answered.value
}
