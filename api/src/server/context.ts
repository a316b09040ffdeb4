import type { Logger } from 'pino'
import type { Identity } from '../auth/identity.js'
import type { Tokens } from '../auth/tokens.js'
import type { CorrectionDesk } from '../corrections/correction-desk.js'
import type { ElectionDirectory } from '../elections/election-directory.js'
import type { ElectionRegistry } from '../elections/election-registry.js'
import type { LiveResults } from '../live/live-results.js'
import type { ShownRevision } from '../live/shown-revision.js'
import type { ReceiptDesk } from '../receipts/receipt-desk.js'
import type { PastResults } from '../results/past-results.js'
import type { SystemWatch } from '../system/system-watch.js'
import type { SignIn } from '../voters/sign-in.js'
import type { Roll } from '../voters/roll.js'
import type { VotingService } from '../voting/voting-service.js'
import type { ClientCost } from './cost/client-cost.js'

/** What resolvers work with; made once per process. */
export interface Services {
  readonly elections: ElectionRegistry
  readonly directory: ElectionDirectory
  readonly live: LiveResults
  readonly past: PastResults
  readonly voting: VotingService
  readonly signIn: SignIn
  readonly roll: Roll
  readonly receipts: ReceiptDesk
  readonly corrections: CorrectionDesk
  readonly system: SystemWatch
  readonly tokens: Tokens
  readonly logger: Logger
}


/** One request, over HTTP or WebSocket. */
export interface RequestContext {
  readonly identity: Identity
  /** Network address of the client. */
  readonly address: string
  /** What the request came over; of a proxy's, many clients share one. */
  readonly connection?: object
  readonly services: Services
  /** Who pays for this answer; without it, it costs nothing. */
  readonly cost?: ClientCost
  /** What this answer has shown of elections so far, so that one answer never shows two revisions. */
  readonly shown: Map<number, Promise<ShownRevision>>
}
