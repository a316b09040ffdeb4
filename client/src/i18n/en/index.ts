import { leader, bars, donut } from './contest.js'
import { corrections } from './corrections.js'
import { dashboard, live } from './dashboard.js'
import { phase, status, channel, unitKinds, basis, schedule, elections } from './elections.js'
import { channels, breakdown } from './groups.js'
import { trend, hours } from './over-time.js'
import { units, contestUnits, top } from './places.js'
import { receipt } from './receipts.js'
import { secrecy } from './secrecy.js'
import { site, state } from './site.js'
import { booth } from './voting.js'

/** Every word that people see, in English, one file for each part of the pages; other languages have the same shape. */
export const en = {
  site, state,
  phase, status, channel, unitKinds, basis, schedule, elections,
  dashboard, live,
  leader, bars, donut,
  trend, hours,
  units, contestUnits, top,
  channels, breakdown,
  corrections,
  secrecy,
  booth,
  receipt,
}

type Words<Tree> = { [Key in keyof Tree]: Tree[Key] extends string ? string : Words<Tree[Key]> }
/** The shape that every language fills. */
export type Messages = Words<typeof en>
