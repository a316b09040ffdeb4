import type { MigrationInterface, QueryRunner } from 'typeorm'

/* Who made voting last longer, and why. Part of the record of an election, so nothing of it is ever changed. */
const TABLE = `
  CREATE TABLE extension (
    election integer NOT NULL REFERENCES election,
    phase_version integer NOT NULL,
    at timestamptz NOT NULL,
    made_by text NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    closed_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL CHECK (closes_at > closed_at),
    PRIMARY KEY (election, phase_version)
  );
  COMMENT ON COLUMN extension.phase_version IS 'the one that the election has since then';
  COMMENT ON COLUMN extension.closed_at IS 'the closing time that closes_at took the place of';
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON extension FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger();
`

/*
 * Counting rule "Accept" 4. The clock is read under the locks of all boxes: once a voter may have heard that voting has
 * closed, it stays closed. The definition says when the election closes, so its version rises as well.
 *
 * verdict: 0 extended, 1 it closes then already, 2 not in this phase, 3 not later than it closes now.
 */
const EXTEND_ELECTION = `
  CREATE FUNCTION extend_election(p_election integer, p_closes_at timestamptz, p_by text, p_reason text)
  RETURNS TABLE (verdict smallint, phase text, closes_at timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  DECLARE
    v_election election;
    v_now timestamptz;
  BEGIN
    SELECT e.* INTO v_election FROM election e WHERE e.key = p_election FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      RETURN;
    END IF;
    PERFORM 1 FROM (SELECT 1 FROM ballot_box b WHERE b.election = p_election ORDER BY b.box FOR UPDATE) locked;
    v_now := clock_timestamp();
    IF v_election.phase NOT IN ('OPEN', 'PAUSED') OR v_now >= v_election.closes_at THEN
      RETURN QUERY SELECT 2::smallint, CASE WHEN v_election.phase IN ('OPEN', 'PAUSED') THEN 'CLOSED' ELSE v_election.phase END, v_election.closes_at;
    ELSIF p_closes_at <= v_election.closes_at THEN
      RETURN QUERY SELECT CASE WHEN p_closes_at = v_election.closes_at THEN 1 ELSE 3 END::smallint, v_election.phase, v_election.closes_at;
    ELSE
      UPDATE election e SET closes_at = p_closes_at, phase_version = e.phase_version + 1, definition_version = e.definition_version + 1 WHERE e.key = p_election;
      INSERT INTO extension (election, phase_version, at, made_by, reason, closed_at, closes_at)
      VALUES (p_election, v_election.phase_version + 1, v_now, p_by, p_reason, v_election.closes_at, p_closes_at);
      RETURN QUERY SELECT 0::smallint, v_election.phase, p_closes_at;
    END IF;
  END $$;
`

const GRANTS = `
  REVOKE ALL ON FUNCTION extend_election FROM PUBLIC;
  REVOKE ALL ON extension FROM PUBLIC;
  DO $$ BEGIN
    GRANT EXECUTE ON FUNCTION extend_election TO livetally_api;
    GRANT SELECT ON extension TO livetally_api, livetally_auditor;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

/** Lets voting last longer than it was announced. */
export class ExtendElections1763800110000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [TABLE, EXTEND_ELECTION, GRANTS]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
