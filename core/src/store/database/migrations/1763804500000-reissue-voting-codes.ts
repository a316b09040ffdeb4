import type { MigrationInterface, QueryRunner } from 'typeorm'

const TABLES = `
  CREATE TABLE voting_code_issue (
    election integer NOT NULL REFERENCES election,
    voter_ref bytea NOT NULL CHECK (octet_length(voter_ref) = 16),
    issue integer NOT NULL CHECK (issue > 0),
    issued_by text NOT NULL,
    issued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (election, voter_ref, issue)
  );
  COMMENT ON TABLE voting_code_issue IS 'voting codes that took the place of an earlier one, and who issued them: sessions of an earlier issue are void';
  COMMENT ON COLUMN voting_code_issue.voter_ref IS 'first 16 bytes of the voter reference';
`

/*
 * Under the locks of all boxes, as a change of phase: whoever casts with the old code is accepted before this, and then the voter
 * has voted; or after it, and then the session is void.
 *
 * outcome: ISSUED (also where p_code_hash is the voter's already), NOT_ON_ROLL, HAS_VOTED, VOTING_ENDED. Then nothing is changed.
 */
const REISSUE = `
  CREATE FUNCTION reissue_voting_code(p_election integer, p_voter_refs bytea[], p_code_hash bytea, p_issued_by text)
  RETURNS TABLE (outcome text, voter_id text, unit text)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  DECLARE
    v_voter voter;
    v_election election;
    v_ref bytea;
    v_outcome text := 'ISSUED';
  BEGIN
    SELECT v.* INTO v_voter FROM voter v WHERE v.election = p_election AND v.voter_ref = ANY (p_voter_refs)
    ORDER BY array_position(p_voter_refs, v.voter_ref) LIMIT 1 FOR UPDATE;
    IF NOT FOUND THEN
      RETURN QUERY SELECT 'NOT_ON_ROLL', NULL::text, NULL::text;
      RETURN;
    END IF;
    IF v_voter.code_hash <> p_code_hash THEN
      v_ref := substring(v_voter.voter_ref FROM 1 FOR 16);
      PERFORM 1 FROM (SELECT 1 FROM ballot_box b WHERE b.election = p_election ORDER BY b.box FOR UPDATE) locked;
      SELECT e.* INTO v_election FROM election e WHERE e.key = p_election;
      IF v_election.phase IN ('CLOSED', 'CERTIFIED') OR (v_election.phase <> 'DRAFT' AND clock_timestamp() >= v_election.closes_at) THEN
        v_outcome := 'VOTING_ENDED';
      ELSIF EXISTS (SELECT 1 FROM participation p WHERE p.election = p_election AND p.voter_ref = v_ref) THEN
        v_outcome := 'HAS_VOTED';
      ELSE
        UPDATE voter v SET code_hash = p_code_hash WHERE v.election = p_election AND v.voter_id = v_voter.voter_id;
        INSERT INTO voting_code_issue (election, voter_ref, issue, issued_by)
        SELECT p_election, v_ref, coalesce(max(i.issue), 0) + 1, left(p_issued_by, 200) FROM voting_code_issue i WHERE i.election = p_election AND i.voter_ref = v_ref;
      END IF;
    END IF;
    RETURN QUERY SELECT v_outcome, v_voter.voter_id, v_voter.unit;
  END $$;

  CREATE FUNCTION voting_code_issue_of(p_election integer, p_voter_ref bytea) RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT coalesce(max(i.issue), 0) FROM voting_code_issue i WHERE i.election = p_election AND i.voter_ref = p_voter_ref
  $$;
  COMMENT ON FUNCTION voting_code_issue_of IS 'how often the code of a voter was issued anew; p_voter_ref: first 16 bytes of the voter reference';
`

/*
 * cast_batch for rows of which some belong to sessions: p_issue says how often the voter's code had been issued anew when the
 * session began, NULL that there is none. The box is locked first, so that no code is issued between the look and the ballot.
 *
 * verdict: as cast_batch, and 4 the session is void. The others are cast as if the void ones had not come.
 */
const CAST = `
  CREATE FUNCTION cast_of_sessions(
    p_election integer, p_box smallint,
    p_voter_ref bytea[], p_key_hash bytea[], p_sealed_receipt bytea[], p_phase_version integer[],
    p_tracker uuid[], p_commitment bytea[], p_unit text[], p_channel smallint[], p_attributes text[], p_selections text[],
    p_event_at timestamptz[], p_issue integer[]
  ) RETURNS TABLE (ordinal integer, verdict smallint, phase text, key_hash bytea, sealed_receipt bytea, cast_at timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  DECLARE
    v_void integer[];
    v_fit integer[];
  BEGIN
    PERFORM 1 FROM ballot_box b WHERE b.election = p_election AND b.box = p_box FOR UPDATE;
    IF EXISTS (SELECT 1 FROM voting_code_issue i WHERE i.election = p_election) THEN
      SELECT array_agg(r.ordinal::integer) INTO v_void FROM unnest(p_voter_ref, p_issue) WITH ORDINALITY AS r (voter_ref, issue, ordinal)
      WHERE EXISTS (SELECT 1 FROM voting_code_issue i WHERE i.election = p_election AND i.voter_ref = r.voter_ref AND i.issue > r.issue);
    END IF;
    IF v_void IS NULL THEN
      RETURN QUERY SELECT * FROM cast_batch(p_election, p_box, p_voter_ref, p_key_hash, p_sealed_receipt, p_phase_version, p_tracker, p_commitment, p_unit, p_channel, p_attributes, p_selections, p_event_at);
      RETURN;
    END IF;

    SELECT coalesce(array_agg(n ORDER BY n), '{}') INTO v_fit FROM generate_series(1, cardinality(p_voter_ref)) n WHERE n <> ALL (v_void);
    IF cardinality(v_fit) = 0 THEN
      RETURN QUERY SELECT n, 4::smallint, NULL::text, NULL::bytea, NULL::bytea, NULL::timestamptz FROM generate_series(1, cardinality(p_voter_ref)) n;
      RETURN;
    END IF;
    RETURN QUERY
      WITH answer AS MATERIALIZED (
        SELECT a.* FROM cast_batch(p_election, p_box,
          ARRAY(SELECT p_voter_ref[n] FROM unnest(v_fit) n ORDER BY n), ARRAY(SELECT p_key_hash[n] FROM unnest(v_fit) n ORDER BY n),
          ARRAY(SELECT p_sealed_receipt[n] FROM unnest(v_fit) n ORDER BY n), ARRAY(SELECT p_phase_version[n] FROM unnest(v_fit) n ORDER BY n),
          ARRAY(SELECT p_tracker[n] FROM unnest(v_fit) n ORDER BY n), ARRAY(SELECT p_commitment[n] FROM unnest(v_fit) n ORDER BY n),
          ARRAY(SELECT p_unit[n] FROM unnest(v_fit) n ORDER BY n), ARRAY(SELECT p_channel[n] FROM unnest(v_fit) n ORDER BY n),
          ARRAY(SELECT p_attributes[n] FROM unnest(v_fit) n ORDER BY n), ARRAY(SELECT p_selections[n] FROM unnest(v_fit) n ORDER BY n),
          ARRAY(SELECT p_event_at[n] FROM unnest(v_fit) n ORDER BY n)) a
      )
      -- One answer with ordinal 0 speaks for all that were handed on.
      SELECT n, coalesce(a.verdict, 4)::smallint, a.phase, a.key_hash, a.sealed_receipt, coalesce(p_event_at[n], a.cast_at)
      FROM generate_series(1, cardinality(p_voter_ref)) n LEFT JOIN answer a ON array_position(v_fit, n) IS NOT NULL AND a.ordinal IN (0, array_position(v_fit, n))
      ORDER BY n;
  END $$;
`

const GRANTS = `
  DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION reissue_voting_code SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION voting_code_issue_of SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION cast_of_sessions SET search_path = %I, pg_temp', current_schema());
  END $$;
  REVOKE ALL ON voting_code_issue FROM PUBLIC;
  REVOKE ALL ON FUNCTION reissue_voting_code, voting_code_issue_of, cast_of_sessions FROM PUBLIC;
  DO $$ BEGIN
    GRANT EXECUTE ON FUNCTION reissue_voting_code, voting_code_issue_of TO livetally_api;
    GRANT EXECUTE ON FUNCTION cast_of_sessions TO livetally_api, livetally_ingest;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

/** A new voting code takes the place of the old one, and of the sessions that it opened. */
export class ReissueVotingCodes1763804500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [TABLES, REISSUE, CAST, GRANTS]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
