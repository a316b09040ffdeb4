import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * Appends one correction to the election's last box. The commitment binds the text as it is stored (`json` keeps every
 * character), so that whoever recounts can compute it again.
 *
 * p_next_seq is the entry of the corrections box up to which the caller has seen the results: a correction says what a count
 * was, and that must not have been corrected by somebody else meanwhile. p_tracker stands for the request: the same one
 * again is answered from the ledger, in every phase.
 *
 * verdict: 0 appended, 1 had been appended before, 2 the tracker stands for another correction, 3 not in this phase,
 * 4 there is a correction that the caller has not seen (seq: the box's next one).
 */
const APPEND_CORRECTION = `
  CREATE FUNCTION append_correction(p_election integer, p_next_seq bigint, p_tracker uuid, p_correction text)
  RETURNS TABLE (verdict smallint, phase text, seq bigint, cast_at timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  DECLARE
    v_box ballot_box;
    v_election election;
    v_entry box_entry;
    v_commitment bytea := sha256(convert_to(format('livetally correction/%s/', p_election) || p_correction, 'UTF8'));
    v_chain bytea;
    v_at timestamptz;
  BEGIN
    SELECT b.* INTO v_box FROM ballot_box b WHERE b.election = p_election ORDER BY b.box DESC LIMIT 1 FOR UPDATE;
    SELECT e.* INTO v_election FROM election e WHERE e.key = p_election;
    SELECT n.* INTO v_entry FROM box_entry n WHERE n.tracker = p_tracker;
    IF v_entry.tracker IS NOT NULL THEN
      RETURN QUERY SELECT CASE WHEN v_entry.election = p_election AND v_entry.commitment = v_commitment THEN 1 ELSE 2 END::smallint,
        v_election.phase, v_entry.seq, v_entry.cast_at;
    ELSIF v_election.phase NOT IN ('OPEN', 'PAUSED', 'CLOSED') OR v_box.sealed_seq IS NOT NULL THEN
      RETURN QUERY SELECT 3::smallint, v_election.phase, v_box.next_seq, NULL::timestamptz;
    ELSIF v_box.next_seq <> p_next_seq THEN
      RETURN QUERY SELECT 4::smallint, v_election.phase, v_box.next_seq, NULL::timestamptz;
    ELSE
      v_at := greatest(v_box.last_cast_at, date_trunc('milliseconds', clock_timestamp()));
      v_chain := sha256(v_box.chain || v_commitment);
      INSERT INTO box_entry (election, box, seq, kind, tracker, commitment, correction, cast_at, chain)
      VALUES (p_election, v_box.box, v_box.next_seq, 2, p_tracker, v_commitment, p_correction::json, v_at, v_chain);
      UPDATE ballot_box b SET next_seq = v_box.next_seq + 1, chain = v_chain, last_cast_at = v_at, newest_at = v_at
      WHERE b.election = p_election AND b.box = v_box.box;
      RETURN QUERY SELECT 0::smallint, v_election.phase, v_box.next_seq, v_at;
    END IF;
  END $$;
`

const GRANTS = `
  REVOKE ALL ON FUNCTION append_correction FROM PUBLIC;
  DO $$ BEGIN
    GRANT EXECUTE ON FUNCTION append_correction TO livetally_api;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

/** The only way to change what was counted. */
export class AppendCorrections1763800001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(APPEND_CORRECTION)
    await runner.query(GRANTS)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
