import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * Rows of one table lie, and are read, in the order in which they were written, and so do those of the other: who may read
 * both columns of voters and places of ballots can put them side by side. So nobody but the auditor may read participation,
 * and of the ledger those who cast may only ask: has this voter voted, where do these ballots lie, what was corrected.
 */
const FUNCTIONS = `
  CREATE FUNCTION has_voted(p_election integer, p_voter_ref bytea) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT EXISTS (SELECT 1 FROM participation p WHERE p.election = p_election AND p.voter_ref = p_voter_ref)
  $$;
  COMMENT ON FUNCTION has_voted IS 'p_voter_ref: first 16 bytes of the voter reference';

  CREATE FUNCTION find_ballots(p_trackers uuid[])
  RETURNS TABLE (tracker uuid, election integer, box smallint, seq bigint, commitment bytea, cast_at timestamptz, unit text, channel smallint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  BEGIN
    IF cardinality(p_trackers) > 1000 THEN
      RAISE EXCEPTION 'At most 1000 ballots can be looked up at once; these are %.', cardinality(p_trackers) USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY SELECT e.tracker, e.election, e.box, e.seq, e.commitment, e.cast_at, e.unit, e.channel
      FROM box_entry e WHERE e.tracker = ANY (p_trackers) AND e.kind = 0;
  END $$;
  COMMENT ON FUNCTION find_ballots IS 'where ballots lie, never what they say; at most 1000 at once';

  CREATE FUNCTION find_correction(p_tracker uuid) RETURNS TABLE (seq bigint, kind smallint, correction json, cast_at timestamptz, commitment bytea)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT e.seq, e.kind, e.correction, e.cast_at, e.commitment FROM box_entry e WHERE e.tracker = p_tracker AND e.kind = 2
  $$;
  CREATE FUNCTION newest_corrections(p_election integer, p_box smallint, p_before bigint, p_limit integer)
  RETURNS TABLE (seq bigint, kind smallint, correction json, cast_at timestamptz, commitment bytea)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT e.seq, e.kind, e.correction, e.cast_at, e.commitment FROM box_entry e
    WHERE e.election = p_election AND e.box = p_box AND e.seq < p_before AND e.kind = 2 ORDER BY e.seq DESC LIMIT least(p_limit, 1000)
  $$;
`

/*
 * A function that acts with its owner's rights must look at no table that its caller can put in the place of ours: without
 * pg_temp named last, temporary tables come first, and their triggers would run with the owner's rights.
 */
const DEFINERS = `
  DO $$
  DECLARE
    v_function regprocedure;
  BEGIN
    FOR v_function IN SELECT p.oid FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = current_schema()::regnamespace LOOP
      EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', v_function, current_schema());
    END LOOP;
  END $$;
`

const GRANTS = `
  REVOKE ALL ON FUNCTION has_voted, find_ballots, find_correction, newest_corrections FROM PUBLIC;
  DO $$ BEGIN
    REVOKE ALL ON participation FROM livetally_api, livetally_ingest, livetally_worker;
    -- Rights on columns go one by one: those on the table do not take them along.
    REVOKE ALL (election, box, seq, kind, tracker, commitment, cast_at, correction) ON box_entry FROM livetally_api, livetally_ingest;
    REVOKE ALL ON box_entry FROM livetally_api, livetally_ingest;
    GRANT EXECUTE ON FUNCTION has_voted, find_ballots, find_correction, newest_corrections TO livetally_api;
    GRANT EXECUTE ON FUNCTION find_ballots TO livetally_ingest;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

/** Leaves no role of the system with both sides: who has voted, and where ballots lie. */
export class PartVotersFromBallots1763800153000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [FUNCTIONS, DEFINERS, GRANTS]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
