import type { MigrationInterface, QueryRunner } from 'typeorm'

/* Where an election opens earlier than this by hand, its opening bounds the times instead. */
const CAST_FROM = `
  ALTER TABLE election ADD COLUMN cast_from timestamptz CHECK (cast_from IS NULL OR time_source = 'IMPORTED');
  COMMENT ON COLUMN election.cast_from IS 'from when on early ballots count, where that is before the opening; imported time only';
`

/*
 * As before, and: an imported time lies between the opening (or cast_from) and two minutes after now; what is later than now
 * counts as now.
 *
 * verdict: 0 accepted, 1 the voter has a participation (key_hash, sealed_receipt), 2 not open (phase), 3 in the future
 * (cast_at is now), 5 too early (cast_at is the earliest time that is taken). 4 is said by cast_of_sessions.
 * When every row was accepted at the time that it said, one row with ordinal 0 says so.
 */
const CAST_BATCH = `
  CREATE OR REPLACE FUNCTION cast_batch(
    p_election integer, p_box smallint,
    p_voter_ref bytea[], p_key_hash bytea[], p_sealed_receipt bytea[], p_phase_version integer[],
    p_tracker uuid[], p_commitment bytea[], p_unit text[], p_channel smallint[], p_attributes text[], p_selections text[],
    p_event_at timestamptz[]
  ) RETURNS TABLE (ordinal integer, verdict smallint, phase text, key_hash bytea, sealed_receipt bytea, cast_at timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  DECLARE
    v_box ballot_box;
    v_election election;
    v_now timestamptz;
    v_earliest timestamptz;
    v_latest timestamptz;
    v_has_fast boolean;
    v_cast_at timestamptz;
    v_newest_at timestamptz;
    v_cast_ms bytea;
    v_chain bytea;
    v_winners bytea[];
    v_accepted integer[] := '{}';
    v_count integer := 0;
  BEGIN
    SELECT b.* INTO v_box FROM ballot_box b WHERE b.election = p_election AND b.box = p_box FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'Election % has no ballot box %.', p_election, p_box USING ERRCODE = 'no_data_found';
    END IF;

    SELECT e.* INTO v_election FROM election e WHERE e.key = p_election;
    v_now := date_trunc('milliseconds', clock_timestamp());
    v_earliest := least(v_election.opens_at, v_election.cast_from);
    v_latest := v_now + interval '2 minutes';
    v_has_fast := EXISTS (SELECT FROM unnest(p_event_at) AS r (event_at) WHERE r.event_at > v_now);
    v_cast_at := greatest(v_box.last_cast_at, to_timestamp(floor(extract(epoch FROM v_now) * 1000 / v_election.granularity_ms) * v_election.granularity_ms / 1000));
    v_cast_ms := int8send((extract(epoch FROM v_cast_at) * 1000)::bigint);

    IF v_election.phase = 'OPEN' AND v_now < v_election.closes_at AND v_box.sealed_seq IS NULL THEN
      WITH winner AS (
        INSERT INTO participation (election, voter_ref, key_hash, sealed_receipt)
        SELECT DISTINCT ON (r.voter_ref) p_election, r.voter_ref, r.key_hash, r.sealed_receipt
        FROM unnest(p_voter_ref, p_key_hash, p_sealed_receipt, p_phase_version, p_event_at) WITH ORDINALITY AS r (voter_ref, key_hash, sealed_receipt, phase_version, event_at, ordinal)
        WHERE r.phase_version = v_election.phase_version AND (r.event_at IS NULL OR r.event_at BETWEEN v_earliest AND v_latest)
        ORDER BY r.voter_ref, r.ordinal
        ON CONFLICT DO NOTHING
        RETURNING voter_ref
      )
      SELECT array_agg(w.voter_ref), count(*) INTO v_winners, v_count FROM winner w;

      IF v_count > 0 AND v_count < cardinality(p_voter_ref) THEN
        -- The picks are the same as above: by voter reference, the first that fits.
        SELECT array_agg(c.ordinal) INTO v_accepted FROM (
          SELECT DISTINCT ON (r.voter_ref) r.voter_ref, r.ordinal::integer AS ordinal
          FROM unnest(p_voter_ref, p_phase_version, p_event_at) WITH ORDINALITY AS r (voter_ref, phase_version, event_at, ordinal)
          WHERE r.phase_version = v_election.phase_version AND (r.event_at IS NULL OR r.event_at BETWEEN v_earliest AND v_latest)
          ORDER BY r.voter_ref, r.ordinal
        ) c WHERE c.voter_ref = ANY (v_winners);
      END IF;

      IF v_count > 0 THEN
        WITH ballot AS MATERIALIZED (
          SELECT r.tracker, r.commitment, r.unit, r.channel, r.attributes, r.selections,
            CASE WHEN r.event_at > v_now THEN v_now ELSE r.event_at END AS event_at, row_number() OVER (ORDER BY r.tracker) - 1 AS place
          FROM unnest(p_tracker, p_commitment, p_unit, p_channel, p_attributes, p_selections, p_event_at) WITH ORDINALITY
            AS r (tracker, commitment, unit, channel, attributes, selections, event_at, ordinal)
          WHERE v_count = cardinality(p_voter_ref) OR r.ordinal::integer = ANY (v_accepted)
        ), digest AS MATERIALIZED (
          SELECT max(coalesce(b.event_at, v_cast_at)) AS newest_at,
            sha256(v_box.chain || string_agg(b.commitment || coalesce(int8send((extract(epoch FROM b.event_at) * 1000)::bigint), v_cast_ms), ''::bytea ORDER BY b.place)) AS chain
          FROM ballot b
        ), entry AS (
          INSERT INTO box_entry (election, box, seq, tracker, commitment, unit, channel, attributes, selections, cast_at, chain)
          SELECT p_election, p_box, v_box.next_seq + b.place, b.tracker, b.commitment, b.unit, b.channel, b.attributes::json, b.selections::json,
            coalesce(b.event_at, v_cast_at), CASE WHEN b.place = v_count - 1 THEN d.chain END
          FROM ballot b CROSS JOIN digest d
          ORDER BY b.place
        )
        SELECT d.newest_at, d.chain INTO v_newest_at, v_chain FROM digest d;

        UPDATE ballot_box b SET next_seq = v_box.next_seq + v_count, ballots = v_box.ballots + v_count, chain = v_chain, last_cast_at = v_cast_at,
          newest_at = greatest(v_box.newest_at, v_newest_at)
        WHERE b.election = p_election AND b.box = p_box;
      END IF;
    END IF;

    IF v_count = cardinality(p_voter_ref) AND NOT v_has_fast THEN
      RETURN QUERY SELECT 0, 0::smallint, v_election.phase, NULL::bytea, NULL::bytea, v_cast_at;
      RETURN;
    END IF;

    RETURN QUERY
      SELECT r.ordinal::integer, v.verdict::smallint,
        CASE WHEN v_election.phase = 'OPEN' AND v_now >= v_election.closes_at THEN 'CLOSED' ELSE v_election.phase END,
        CASE WHEN v.verdict = 1 THEN p.key_hash END, CASE WHEN v.verdict = 1 THEN p.sealed_receipt END,
        CASE v.verdict WHEN 3 THEN v_now WHEN 5 THEN v_earliest
          ELSE coalesce(CASE WHEN r.event_at > v_now THEN v_now ELSE r.event_at END, v_cast_at) END
      FROM unnest(p_voter_ref, p_event_at) WITH ORDINALITY AS r (voter_ref, event_at, ordinal)
      LEFT JOIN unnest(v_accepted) AS a (ordinal) ON a.ordinal = r.ordinal
      LEFT JOIN participation p ON p.election = p_election AND p.voter_ref = r.voter_ref
      CROSS JOIN LATERAL (
        SELECT CASE WHEN v_count = cardinality(p_voter_ref) OR a.ordinal IS NOT NULL THEN 0 WHEN p.voter_ref IS NOT NULL THEN 1
          WHEN r.event_at > v_latest AND v_election.phase = 'OPEN' THEN 3
          WHEN r.event_at < v_earliest AND v_election.phase = 'OPEN' THEN 5 ELSE 2 END AS verdict
      ) v
      ORDER BY r.ordinal;
  END $$;
`

/* As before, but that the time which cast_batch answers is handed on: it may be another than the ballot said. */
const CAST_OF_SESSIONS = `
  CREATE OR REPLACE FUNCTION cast_of_sessions(
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
      SELECT n, coalesce(a.verdict, 4)::smallint, a.phase, a.key_hash, a.sealed_receipt, CASE WHEN a.ordinal = 0 THEN coalesce(p_event_at[n], a.cast_at) ELSE a.cast_at END
      FROM generate_series(1, cardinality(p_voter_ref)) n LEFT JOIN answer a ON array_position(v_fit, n) IS NOT NULL AND a.ordinal IN (0, array_position(v_fit, n))
      ORDER BY n;
  END $$;
`

/** Holds imported times of ballots between the opening and the clock of the database. */
export class BoundImportedTimes1763804550000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [CAST_FROM, CAST_BATCH, CAST_OF_SESSIONS]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
