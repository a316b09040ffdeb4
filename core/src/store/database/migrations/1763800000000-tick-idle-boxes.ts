import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * A box learns the newest event time that lies in it, and entries learn to be something other than a ballot: a tick says
 * nothing but a time, a correction lies in the corrections box. Which columns each kind fills is checked, so that no reader
 * meets half of one kind and half of another.
 */
const TABLES = `
  ALTER TABLE ballot_box ADD COLUMN newest_at timestamptz NOT NULL DEFAULT '-infinity';
  COMMENT ON COLUMN ballot_box.newest_at IS 'Greatest event time of its entries. Written under the box lock.';
  UPDATE ballot_box b SET newest_at = n.newest_at
  FROM (SELECT election, box, max(cast_at) AS newest_at FROM box_entry GROUP BY election, box) n
  WHERE n.election = b.election AND n.box = b.box;

  ALTER TABLE box_entry
    ALTER COLUMN tracker DROP NOT NULL, ALTER COLUMN unit DROP NOT NULL, ALTER COLUMN channel DROP NOT NULL,
    ALTER COLUMN attributes DROP NOT NULL, ALTER COLUMN selections DROP NOT NULL,
    ADD COLUMN correction json,
    ADD CONSTRAINT box_entry_is_of_its_kind CHECK (
      (kind = 0 AND num_nulls(tracker, unit, channel, attributes, selections) = 0 AND correction IS NULL)
      OR (kind = 1 AND num_nonnulls(tracker, unit, channel, attributes, selections, correction) = 0)
      OR (kind = 2 AND num_nulls(tracker, correction) = 0 AND num_nonnulls(unit, channel, attributes, selections) = 0)
    );
`

/*
 * As before, and: the box's newest event time is kept; a ballot from the future hears the clock that judged it (cast_at of
 * verdict 3).
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
    v_cast_at timestamptz;
    v_newest_at timestamptz;
    v_chain bytea;
    v_accepted integer[] := '{}';
    v_count integer := 0;
  BEGIN
    SELECT b.* INTO v_box FROM ballot_box b WHERE b.election = p_election AND b.box = p_box FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'Election % has no ballot box %.', p_election, p_box USING ERRCODE = 'no_data_found';
    END IF;

    SELECT e.* INTO v_election FROM election e WHERE e.key = p_election;
    v_now := clock_timestamp();
    v_cast_at := greatest(v_box.last_cast_at, to_timestamp(floor(extract(epoch FROM v_now) * 1000 / v_election.granularity_ms) * v_election.granularity_ms / 1000));

    IF v_election.phase = 'OPEN' AND v_now < v_election.closes_at AND v_box.sealed_seq IS NULL THEN
      WITH candidate AS (
        SELECT DISTINCT ON (r.voter_ref) r.*
        FROM unnest(p_voter_ref, p_key_hash, p_sealed_receipt, p_phase_version, p_tracker, p_commitment, p_unit, p_channel, p_attributes, p_selections, p_event_at)
          WITH ORDINALITY AS r (voter_ref, key_hash, sealed_receipt, phase_version, tracker, commitment, unit, channel, attributes, selections, event_at, ordinal)
        WHERE r.phase_version = v_election.phase_version AND (r.event_at IS NULL OR r.event_at <= v_now)
        ORDER BY r.voter_ref, r.ordinal
      ), winner AS (
        INSERT INTO participation (election, voter_ref, key_hash, sealed_receipt)
        SELECT p_election, c.voter_ref, c.key_hash, c.sealed_receipt FROM candidate c ORDER BY c.voter_ref
        ON CONFLICT DO NOTHING
        RETURNING voter_ref
      ), ballot AS MATERIALIZED (
        SELECT c.*, row_number() OVER (ORDER BY c.tracker) - 1 AS place FROM winner w JOIN candidate c ON c.voter_ref = w.voter_ref
      ), digest AS MATERIALIZED (
        SELECT count(*)::integer AS accepted, array_agg(b.ordinal::integer) AS ordinals, max(coalesce(b.event_at, v_cast_at)) AS newest_at,
          sha256(v_box.chain || string_agg(b.commitment, ''::bytea ORDER BY b.place)) AS chain FROM ballot b
      ), entry AS (
        INSERT INTO box_entry (election, box, seq, tracker, commitment, unit, channel, attributes, selections, cast_at, chain)
        SELECT p_election, p_box, v_box.next_seq + b.place, b.tracker, b.commitment, b.unit, b.channel, b.attributes::json, b.selections::json,
          coalesce(b.event_at, v_cast_at), CASE WHEN b.place = d.accepted - 1 THEN d.chain END
        FROM ballot b CROSS JOIN digest d
        ORDER BY b.place
      )
      SELECT d.accepted, coalesce(d.ordinals, '{}'), d.newest_at, d.chain INTO v_count, v_accepted, v_newest_at, v_chain FROM digest d;

      IF v_count > 0 THEN
        UPDATE ballot_box b SET next_seq = v_box.next_seq + v_count, chain = v_chain, last_cast_at = v_cast_at, newest_at = greatest(v_box.newest_at, v_newest_at)
        WHERE b.election = p_election AND b.box = p_box;
      END IF;
    END IF;

    IF v_count = cardinality(p_voter_ref) THEN
      RETURN QUERY SELECT 0, 0::smallint, v_election.phase, NULL::bytea, NULL::bytea, v_cast_at;
      RETURN;
    END IF;

    RETURN QUERY
      SELECT r.ordinal::integer, v.verdict::smallint,
        CASE WHEN v_election.phase = 'OPEN' AND v_now >= v_election.closes_at THEN 'CLOSED' ELSE v_election.phase END,
        CASE WHEN v.verdict = 1 THEN p.key_hash END, CASE WHEN v.verdict = 1 THEN p.sealed_receipt END,
        CASE WHEN v.verdict = 3 THEN v_now ELSE coalesce(r.event_at, v_cast_at) END
      FROM unnest(p_voter_ref, p_event_at) WITH ORDINALITY AS r (voter_ref, event_at, ordinal)
      LEFT JOIN unnest(v_accepted) AS a (ordinal) ON a.ordinal = r.ordinal
      LEFT JOIN participation p ON p.election = p_election AND p.voter_ref = r.voter_ref
      CROSS JOIN LATERAL (
        SELECT CASE WHEN a.ordinal IS NOT NULL THEN 0 WHEN p.voter_ref IS NOT NULL THEN 1
          WHEN r.event_at > v_now AND v_election.phase = 'OPEN' THEN 3 ELSE 2 END AS verdict
      ) v
      ORDER BY r.ordinal;
  END $$;
`

/*
 * Counting rule "Windows", imported time. The floor is the greatest event time that lies in any ballot box: the ledger's
 * state and nothing else, so that every refold closes the same panes. A tick is appended only where it closes a pane, to a
 * box that took no ballot for p_idle by the database's clock; so a box never holds more ticks than panes.
 *
 * The last box is for corrections and has no event time.
 */
const APPEND_TICKS = `
  CREATE FUNCTION append_ticks(p_election integer, p_idle interval) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  DECLARE
    v_election election;
    v_corrections smallint;
    v_floor timestamptz;
    v_late interval;
    v_count integer;
  BEGIN
    PERFORM 1 FROM (SELECT 1 FROM ballot_box b WHERE b.election = p_election ORDER BY b.box FOR UPDATE) locked;
    SELECT e.* INTO v_election FROM election e WHERE e.key = p_election;
    IF v_election.time_source <> 'IMPORTED' OR v_election.phase NOT IN ('OPEN', 'PAUSED') THEN
      RETURN 0;
    END IF;
    SELECT max(b.box) INTO v_corrections FROM ballot_box b WHERE b.election = p_election;
    SELECT max(b.newest_at) INTO v_floor FROM ballot_box b WHERE b.election = p_election AND b.box < v_corrections;
    IF v_floor = '-infinity' THEN
      RETURN 0;
    END IF;
    v_late := (v_election.disorder_ms + v_election.grace_ms) * interval '1 millisecond';

    WITH tick AS (
      SELECT b.box, b.next_seq, b.chain,
        sha256(convert_to(format('livetally tick/%s/%s/%s/%s', p_election, b.box, b.next_seq, (extract(epoch FROM v_floor) * 1000)::bigint), 'UTF8')) AS commitment
      FROM ballot_box b
      WHERE b.election = p_election AND b.box < v_corrections AND b.sealed_seq IS NULL
        AND b.last_cast_at <= clock_timestamp() - p_idle
        AND floor(extract(epoch FROM b.newest_at - v_late) / 10) < floor(extract(epoch FROM v_floor - v_late) / 10)
    ), entry AS (
      INSERT INTO box_entry (election, box, seq, kind, commitment, cast_at, chain)
      SELECT p_election, t.box, t.next_seq, 1, t.commitment, v_floor, sha256(t.chain || t.commitment) FROM tick t
    )
    UPDATE ballot_box b SET next_seq = t.next_seq + 1, chain = sha256(t.chain || t.commitment), newest_at = v_floor
    FROM tick t WHERE b.election = p_election AND b.box = t.box;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
  END $$;
`

/* As before, and: before an election is sealed, every box hears how far the others came. */
const CHANGE_PHASE = `
  CREATE OR REPLACE FUNCTION change_phase(p_election integer, p_from text[], p_to text) RETURNS TABLE (changed boolean, phase text, phase_version integer)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  DECLARE
    v_phase text;
  BEGIN
    SELECT e.phase INTO v_phase FROM election e WHERE e.key = p_election FOR NO KEY UPDATE;
    IF v_phase = ANY (p_from) THEN
      PERFORM 1 FROM (SELECT 1 FROM ballot_box b WHERE b.election = p_election ORDER BY b.box FOR UPDATE) locked;
      IF p_to = 'CLOSED' THEN
        PERFORM append_ticks(p_election, interval '0');
      END IF;
      UPDATE election e SET phase = p_to, phase_version = e.phase_version + 1,
        -- Closed early, it says when it was closed, not when it would have been.
        closes_at = CASE WHEN p_to = 'CLOSED' THEN greatest(least(e.closes_at, clock_timestamp()), e.opens_at + interval '1 second') ELSE e.closes_at END
      WHERE e.key = p_election;
      IF p_to = 'CLOSED' THEN
        UPDATE ballot_box b SET sealed_seq = b.next_seq
        WHERE b.election = p_election AND b.box < (SELECT max(c.box) FROM ballot_box c WHERE c.election = p_election);
      ELSIF p_to = 'CERTIFIED' THEN
        UPDATE ballot_box b SET sealed_seq = b.next_seq WHERE b.election = p_election AND b.sealed_seq IS NULL;
      END IF;
    END IF;
    RETURN QUERY SELECT v_phase = ANY (p_from), e.phase, e.phase_version FROM election e WHERE e.key = p_election;
  END $$;
`

const GRANTS = `
  REVOKE ALL ON FUNCTION append_ticks FROM PUBLIC;
  DO $$ BEGIN
    GRANT EXECUTE ON FUNCTION append_ticks TO livetally_api;
    -- Empty for ballots: reading them says nothing of what anybody voted.
    GRANT SELECT (kind, correction) ON box_entry TO livetally_api;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

/** Closes the panes of boxes that stand idle in elections with imported time. */
export class TickIdleBoxes1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [TABLES, CAST_BATCH, APPEND_TICKS, CHANGE_PHASE, GRANTS]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
