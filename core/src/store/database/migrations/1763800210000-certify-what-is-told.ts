import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * As before, and: the newest revision says that it is complete. Choices of secret ballots by groups of voters, and by places in
 * wide release units, are told a moment after the last box is counted; what is certified has them.
 *
 * unpublished: entries that the newest revision does not hold, or −1 where it holds all and is not complete. Then nothing is changed.
 */
const CERTIFY_ELECTION = `
  CREATE OR REPLACE FUNCTION certify_election(p_election integer, p_from text[]) RETURNS TABLE (changed boolean, phase text, phase_version integer, unpublished bigint)
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
      IF v_unpublished = 0 AND NOT EXISTS (
        SELECT FROM (SELECT r.status FROM result_revision r WHERE r.election = p_election ORDER BY r.revision DESC LIMIT 1) newest WHERE newest.status IN ('UNOFFICIAL_COMPLETE', 'CORRECTION', 'RECOUNT')
      ) THEN
        v_unpublished := -1;
      END IF;
    END IF;
    IF v_unpublished <> 0 THEN
      RETURN QUERY SELECT false, e.phase, e.phase_version, v_unpublished FROM election e WHERE e.key = p_election;
    ELSE
      RETURN QUERY SELECT c.changed, c.phase, c.phase_version, 0::bigint FROM change_phase(p_election, p_from, 'CERTIFIED') c;
    END IF;
  END $$;
`

/** Certifies an election only once its results are complete. */
export class CertifyWhatIsTold1763800210000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CERTIFY_ELECTION)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
