import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * A digest is part of what an observer keeps of a box: those of ballots that were cast before would not follow any more, and
 * nobody could tell that from a ledger that was changed. So a database with ballots is refused as a whole.
 */
const REFUSE = `
  DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM box_entry) THEN
      RAISE EXCEPTION 'This database holds ballots of an earlier version of LiveTally, whose digests do not cover the time of a ballot. Nothing was changed. Keep it with the release that counted it, and begin anew with an empty database (npm start -- --fresh).'
        USING ERRCODE = 'feature_not_supported';
    END IF;
  END $$;
`

/* Entries are more than ballots: ticks, corrections and seals are numbered with them. */
const TABLES = `
  ALTER TABLE ballot_box ADD COLUMN ballots bigint NOT NULL DEFAULT 0 CHECK (ballots BETWEEN 0 AND next_seq);
  COMMENT ON COLUMN ballot_box.ballots IS 'how many of its entries are ballots';
  COMMENT ON COLUMN box_entry.chain IS 'where a transaction ends: SHA-256(chain before, and for each of its entries the commitment and cast_at as 8 bytes, big-endian, in ms since 1970)';
`

/*
 * As before, and: the box's digest covers when each ballot was cast, and the box counts its ballots.
 *
 * verdict: 0 accepted, 1 the voter has a participation (key_hash, sealed_receipt), 2 not open (phase), 3 in the future.
 * When every row was accepted, one row with ordinal 0 says so.
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
    v_now := clock_timestamp();
    v_cast_at := greatest(v_box.last_cast_at, to_timestamp(floor(extract(epoch FROM v_now) * 1000 / v_election.granularity_ms) * v_election.granularity_ms / 1000));
    v_cast_ms := int8send((extract(epoch FROM v_cast_at) * 1000)::bigint);

    IF v_election.phase = 'OPEN' AND v_now < v_election.closes_at AND v_box.sealed_seq IS NULL THEN
      WITH winner AS (
        INSERT INTO participation (election, voter_ref, key_hash, sealed_receipt)
        SELECT DISTINCT ON (r.voter_ref) p_election, r.voter_ref, r.key_hash, r.sealed_receipt
        FROM unnest(p_voter_ref, p_key_hash, p_sealed_receipt, p_phase_version, p_event_at) WITH ORDINALITY AS r (voter_ref, key_hash, sealed_receipt, phase_version, event_at, ordinal)
        WHERE r.phase_version = v_election.phase_version AND (r.event_at IS NULL OR r.event_at <= v_now)
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
          WHERE r.phase_version = v_election.phase_version AND (r.event_at IS NULL OR r.event_at <= v_now)
          ORDER BY r.voter_ref, r.ordinal
        ) c WHERE c.voter_ref = ANY (v_winners);
      END IF;

      IF v_count > 0 THEN
        WITH ballot AS MATERIALIZED (
          SELECT r.*, row_number() OVER (ORDER BY r.tracker) - 1 AS place
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

/** Binds the time of every ballot into the digests of its box. */
export class BindTimesOfBallots1763800150000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [REFUSE, TABLES, CAST_BATCH]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
