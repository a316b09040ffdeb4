import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * As before, and: choices of secret ballots are corrected only once voting has closed, whoever calls. Until then nobody knows
 * a number to correct but the released one, and a correction would be told at once.
 */
const APPEND_CORRECTION = `
  CREATE OR REPLACE FUNCTION append_correction(p_election integer, p_next_seq bigint, p_tracker uuid, p_correction text)
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
    ELSIF v_election.phase NOT IN ('OPEN', 'PAUSED', 'CLOSED') OR v_box.sealed_seq IS NOT NULL
      OR (v_election.ballot_secrecy = 'SECRET' AND v_election.phase <> 'CLOSED' AND EXISTS (SELECT FROM json_array_elements(p_correction::json -> 'changes') c WHERE c ->> 'contest' IS NOT NULL)) THEN
      RETURN QUERY SELECT 3::smallint, v_election.phase, v_box.next_seq, NULL::timestamptz;
    ELSIF v_box.next_seq <> p_next_seq THEN
      RETURN QUERY SELECT 4::smallint, v_election.phase, v_box.next_seq, NULL::timestamptz;
    ELSE
      v_at := greatest(v_box.last_cast_at, date_trunc('milliseconds', clock_timestamp()));
      v_chain := sha256(v_box.chain || v_commitment || int8send((extract(epoch FROM v_at) * 1000)::bigint));
      INSERT INTO box_entry (election, box, seq, kind, tracker, commitment, correction, cast_at, chain)
      VALUES (p_election, v_box.box, v_box.next_seq, 2, p_tracker, v_commitment, p_correction::json, v_at, v_chain);
      UPDATE ballot_box b SET next_seq = v_box.next_seq + 1, chain = v_chain, last_cast_at = v_at, newest_at = v_at
      WHERE b.election = p_election AND b.box = v_box.box;
      RETURN QUERY SELECT 0::smallint, v_election.phase, v_box.next_seq, v_at;
    END IF;
  END $$;
`

/** Lets nobody correct choices of secret ballots before the close. */
export class HoldBackCorrections1763800200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(APPEND_CORRECTION)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
