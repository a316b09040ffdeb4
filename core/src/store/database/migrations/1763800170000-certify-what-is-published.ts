import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * Counting rule "Publish": an election is certified only once everything in its ledger is published. It is decided under the
 * locks of all boxes: what comes to none of them meanwhile cannot be missing, and vectors of revisions never go back. The
 * phase itself is changed by change_phase, which takes the same locks in the same order.
 *
 * unpublished: the entries that the newest revision does not hold, or holds beyond the end of a ledger that was restored.
 * Where there are any, nothing is changed.
 */
const CERTIFY_ELECTION = `
  CREATE FUNCTION certify_election(p_election integer, p_from text[]) RETURNS TABLE (changed boolean, phase text, phase_version integer, unpublished bigint)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  DECLARE
    v_phase text;
    v_unpublished bigint := 0;
  BEGIN
    SELECT e.phase INTO v_phase FROM election e WHERE e.key = p_election FOR NO KEY UPDATE;
    IF v_phase = ANY (p_from) THEN
      PERFORM 1 FROM (SELECT 1 FROM ballot_box b WHERE b.election = p_election ORDER BY b.box FOR UPDATE) locked;
      SELECT coalesce(sum(abs(b.next_seq - coalesce(shown.next_seq, 0))), 0) INTO v_unpublished
      FROM ballot_box b LEFT JOIN (
        SELECT (v ->> 'box')::integer AS box, (v ->> 'nextSeq')::bigint AS next_seq
        FROM (SELECT r.vector FROM result_revision r WHERE r.election = p_election ORDER BY r.revision DESC LIMIT 1) newest, json_array_elements(newest.vector) v
      ) shown ON shown.box = b.box
      WHERE b.election = p_election;
    END IF;
    IF v_unpublished > 0 THEN
      RETURN QUERY SELECT false, e.phase, e.phase_version, v_unpublished FROM election e WHERE e.key = p_election;
    ELSE
      RETURN QUERY SELECT c.changed, c.phase, c.phase_version, 0::bigint FROM change_phase(p_election, p_from, 'CERTIFIED') c;
    END IF;
  END $$;
`

const GRANTS = `
  REVOKE ALL ON FUNCTION certify_election FROM PUBLIC;
  DO $$ BEGIN
    GRANT EXECUTE ON FUNCTION certify_election TO livetally_api;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

/** Certifies an election only once everything in its ledger is published. */
export class CertifyWhatIsPublished1763800170000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [CERTIFY_ELECTION, GRANTS]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
