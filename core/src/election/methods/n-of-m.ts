import type { ContestMethod } from './contest-method.js'
import { MARKED_OPTIONS } from './marked-options.js'

/** Up to N marks among M options; those with the most votes are elected, as many as there are seats. */
export const nOfM: ContestMethod = MARKED_OPTIONS
