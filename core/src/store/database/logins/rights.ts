import type { DatabaseRole } from './login.js'

type Rights<Right> = Readonly<Record<string, Readonly<Partial<Record<DatabaseRole, Right>>>>>

/**
 * What each login may do with each table: S select, I insert, U update, D delete; in brackets, with these columns alone. What
 * is not written here nobody may, and nobody may truncate. Migrations grant as they add; what they lead to is written here, is
 * granted anew on a server that has forgotten it, and is held against the catalogue by `rights.int.test.ts`.
 */
export const TABLE_RIGHTS: Rights<string> = {
  ballot_box: { api: 'SI', worker: 'S', auditor: 'S' },
  box_entry: { worker: 'S', auditor: 'S' },
  box_position: { api: 'S', worker: 'SIU', auditor: 'S' },
  choice_release: { api: 'S', worker: 'SI', auditor: 'S' },
  contest: { api: 'SIUD', worker: 'S', ingest: 'S', auditor: 'S' },
  contest_option: { api: 'SIUD', worker: 'S', ingest: 'S', auditor: 'S' },
  election: { api: 'SIU', worker: 'S', ingest: 'S', auditor: 'S' },
  extension: { api: 'S', auditor: 'S' },
  group_release: { worker: 'SI', auditor: 'S' },
  installation: {},
  migration: { api: 'S', worker: 'S', ingest: 'S', auditor: 'S' },
  participation: { auditor: 'S' },
  party: { api: 'SIUD', worker: 'S', ingest: 'S', auditor: 'S' },
  publisher_position: { api: 'S', worker: 'SIU', auditor: 'S' },
  publisher_process: { worker: 'SIUD', auditor: 'S' },
  relay_position: { api: 'S', worker: 'SIU', auditor: 'S' },
  reporting_unit: { api: 'SIUD', worker: 'S', ingest: 'S', auditor: 'S' },
  reporting_unit_member: { api: 'SI', worker: 'S', ingest: 'S', auditor: 'S' },
  result_revision: { api: 'S', worker: 'SID', auditor: 'S' },
  roll: { api: 'SIU', worker: 'S', auditor: 'S' },
  tally: { worker: 'SIUD', auditor: 'S' },
  token: { api: 'S' },
  token_key: { api: 'S' },
  voter: { api: 'SI', worker: 'S(attributes, election, number, unit)', auditor: 'S(attributes, election, number, unit)' },
  voter_attribute: { api: 'SIUD', worker: 'S', ingest: 'S', auditor: 'S' },
  voting_code_issue: {},
  window_tally: { worker: 'SIUD', auditor: 'S' },
}

/** Who may call which function: X. Those that triggers run are for nobody, as are those that only other functions call. */
export const FUNCTION_RIGHTS: Rights<'X'> = {
  append_correction: { api: 'X' },
  append_ticks: { api: 'X' },
  box_floors: { worker: 'X' },
  cast_batch: { api: 'X', ingest: 'X' },
  cast_of_sessions: { api: 'X', ingest: 'X' },
  certify_election: { api: 'X' },
  change_phase: { api: 'X' },
  check_boxes_of_entries: {},
  check_elections_of_participations: {},
  claim_installation: { api: 'X', ingest: 'X' },
  claim_token_key: { api: 'X' },
  extend_election: { api: 'X' },
  find_ballots: { api: 'X', ingest: 'X' },
  find_correction: { api: 'X' },
  find_on_roll: { api: 'X', ingest: 'X' },
  follow_schedule: { api: 'X' },
  granule_of: {},
  has_roll: { api: 'X', ingest: 'X' },
  has_voted: { api: 'X' },
  identify_definition: {},
  keep_box_of_entries: {},
  keep_election: {},
  keep_election_of_participations: {},
  keep_structure: {},
  last_granule_before: {},
  newest_corrections: { api: 'X' },
  participations_off_roll: { auditor: 'X' },
  record_token: { api: 'X' },
  refuse_change_of_ledger: {},
  reissue_voting_code: { api: 'X' },
  retire_token_key: { api: 'X' },
  revoke_tokens: { api: 'X' },
  rotate_token_key: { api: 'X' },
  seal_boxes: {},
  voting_code_issue_of: { api: 'X' },
}
