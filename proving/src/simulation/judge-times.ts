import { boxKey, type Tables } from './postgres/tables.js'

/** No ballot was cast before its election began, nor later than the database's clock when it was accepted, however fast its source's clock may run. */
export function judgeTimes({ trackers, boxes, elections }: Tables): string[] {
  return [...trackers.values()].flatMap(({ election, box, seq, clock }) => {
    const row = elections.get(election)
    const entry = boxes.get(boxKey(election, box))?.entries[seq]
    if (row?.structure.definition.time.source !== 'IMPORTED' || entry === undefined) return []
    const at = `entry ${seq} of box ${boxKey(election, box)}`
    // Where a ballot brings no time, it has that of the granule in which it came, and of the clock before it was set back.
    return [
      ...entry.castAt < Math.floor(row.opensAt / 1_000) * 1_000 ? [`${at} was cast before the opening`] : [],
      ...entry.castAt > clock ? [`${at} was cast ${entry.castAt - clock} ms after it was accepted`] : [],
    ]
  })
}
