import type { MigrationInterface } from 'typeorm'
import { CreateRegistry1763700000000 } from './1763700000000-create-registry.js'
import { CreateLedger1763700001000 } from './1763700001000-create-ledger.js'
import { CreateCounting1763700002000 } from './1763700002000-create-counting.js'
import { GrantRoles1763700003000 } from './1763700003000-grant-roles.js'
import { TickIdleBoxes1763800000000 } from './1763800000000-tick-idle-boxes.js'
import { AppendCorrections1763800001000 } from './1763800001000-append-corrections.js'
import { EditDefinitions1763800002000 } from './1763800002000-edit-definitions.js'
import { PackTallies1763800010000 } from './1763800010000-pack-tallies.js'
import { CastBatchWithoutJoins1763800040000 } from './1763800040000-cast-batch-without-joins.js'
import { CheckLedgerKeysByStatement1763800041000 } from './1763800041000-check-ledger-keys-by-statement.js'
import { GrantIngestRole1763800070000 } from './1763800070000-grant-ingest-role.js'
import { StreamRegistry1763800080000 } from './1763800080000-stream-registry.js'
import { NoteRebuilds1763800090000 } from './1763800090000-note-rebuilds.js'
import { HalveParticipations1763800100000 } from './1763800100000-halve-participations.js'
import { UndoHalfPublications1763800101000 } from './1763800101000-undo-half-publications.js'
import { ExtendElections1763800110000 } from './1763800110000-extend-elections.js'
import { WatchPublishers1763800120000 } from './1763800120000-watch-publishers.js'
import { IdentifyDefinitions1763800130000 } from './1763800130000-identify-definitions.js'
import { SayHowSecret1763800140000 } from './1763800140000-say-how-secret.js'
import { BindTimesOfBallots1763800150000 } from './1763800150000-bind-times-of-ballots.js'
import { BindTimesOfOtherEntries1763800151000 } from './1763800151000-bind-times-of-other-entries.js'
import { SealBoxes1763800152000 } from './1763800152000-seal-boxes.js'
import { PartVotersFromBallots1763800153000 } from './1763800153000-part-voters-from-ballots.js'
import { NoteInstallation1763800154000 } from './1763800154000-note-installation.js'
import { CertifyWhatIsPublished1763800170000 } from './1763800170000-certify-what-is-published.js'
import { CountParticipationsOffRoll1763800180000 } from './1763800180000-count-participations-off-roll.js'
import { ReleaseChoices1763800190000 } from './1763800190000-release-choices.js'
import { HoldBackCorrections1763800200000 } from './1763800200000-hold-back-corrections.js'
import { CertifyWhatIsTold1763800210000 } from './1763800210000-certify-what-is-told.js'
import { FindOnRoll1763804000000 } from './1763804000000-find-on-roll.js'
import { KeepTokens1763804400000 } from './1763804400000-keep-tokens.js'
import { ReissueVotingCodes1763804500000 } from './1763804500000-reissue-voting-codes.js'
import { BoundImportedTimes1763804550000 } from './1763804550000-bound-imported-times.js'

/** Forward only, in this order. A migration that has been released is never edited. */
export const MIGRATIONS = [
  CreateRegistry1763700000000, CreateLedger1763700001000, CreateCounting1763700002000, GrantRoles1763700003000, TickIdleBoxes1763800000000,
  AppendCorrections1763800001000, EditDefinitions1763800002000, PackTallies1763800010000, CastBatchWithoutJoins1763800040000,
  CheckLedgerKeysByStatement1763800041000, GrantIngestRole1763800070000, StreamRegistry1763800080000, NoteRebuilds1763800090000,
  HalveParticipations1763800100000, UndoHalfPublications1763800101000, ExtendElections1763800110000, WatchPublishers1763800120000,
  IdentifyDefinitions1763800130000, SayHowSecret1763800140000, BindTimesOfBallots1763800150000, BindTimesOfOtherEntries1763800151000,
  SealBoxes1763800152000, PartVotersFromBallots1763800153000, NoteInstallation1763800154000, CertifyWhatIsPublished1763800170000,
  CountParticipationsOffRoll1763800180000, ReleaseChoices1763800190000, HoldBackCorrections1763800200000, CertifyWhatIsTold1763800210000,
  FindOnRoll1763804000000, KeepTokens1763804400000, ReissueVotingCodes1763804500000, BoundImportedTimes1763804550000,
]

/**
 * What processes of a release before do not survive, or may not go on beside: these wait until nobody is connected. Everything
 * else must leave functions and tables as they know them.
 */
export const BREAKING: ReadonlySet<{ new (): MigrationInterface, readonly name: string }> = new Set([
  HalveParticipations1763800100000, BindTimesOfBallots1763800150000, BindTimesOfOtherEntries1763800151000, SealBoxes1763800152000, PartVotersFromBallots1763800153000,
])
