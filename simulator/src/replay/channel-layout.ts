import type { VoteChannel } from '@livetally/core/election'
import { CHANNEL_ORDER } from './channels.js'
import type { Columns } from './columns.js'

/** A row's numbers by column of a channel, and those of no told channel. */
interface Numbers { known: readonly number[], unknown: number }

export interface ChannelLayout {
  channels: readonly VoteChannel[]
  /** The numbers by channel, in the order of `channels`: columns of one channel are added. */
  spread(numbers: Numbers): number[]
}

/** The channels of a file. Votes of which it tells no channel are put into one that is named in a warning: a ballot has to have one. */
export function layOutChannels({ channels: columns }: Columns, rows: readonly Numbers[], ballots: readonly Numbers[], unknownChannel: VoteChannel, warnings: string[]): ChannelLayout {
  const unknown = rows.reduce((sum, row) => sum + row.unknown, 0)
  const hasUnknown = unknown > 0 || columns.length === 0 || ballots.some((counts) => counts.unknown > 0)
  const channels = CHANNEL_ORDER.filter((channel) => columns.some((column) => column.channel === channel) || (hasUnknown && channel === unknownChannel))
  if (unknown > 0) warnings.push(`Of ${unknown.toLocaleString('en-US')} votes the file tells no channel; they are cast as ${unknownChannel} (--unknown-channel).`)
  const places = columns.map(({ channel }) => channels.indexOf(channel))
  const rest = channels.indexOf(unknownChannel)
  return {
    channels,
    spread: (numbers) => {
      const counts = channels.map(() => 0)
      const add = (at: number, count: number): void => { counts[at] = (counts[at] ?? 0) + count }
      for (const [column, at] of places.entries()) add(at, numbers.known[column] ?? 0)
      if (numbers.unknown > 0) add(rest, numbers.unknown)
      return counts
    },
  }
}
