import type { MigrationInterface, QueryRunner } from 'typeorm'

const TABLES = `
  CREATE TABLE ballot_box (
    election integer NOT NULL REFERENCES election,
    box smallint NOT NULL,
    next_seq bigint NOT NULL DEFAULT 0 CHECK (next_seq >= 0),
    chain bytea NOT NULL DEFAULT '',
    sealed_seq bigint CHECK (sealed_seq >= 0),
    last_cast_at timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (election, box),
    CHECK (sealed_seq IS NULL OR sealed_seq = next_seq)
  ) WITH (fillfactor = 50);

  CREATE TABLE participation (
    election integer NOT NULL,
    voter_ref bytea NOT NULL CHECK (length(voter_ref) = 32),
    key_hash bytea NOT NULL CHECK (length(key_hash) = 32),
    sealed_receipt bytea NOT NULL CHECK (length(sealed_receipt) <= 256),
    PRIMARY KEY (election, voter_ref),
    FOREIGN KEY (election) REFERENCES election
  );

  CREATE TABLE box_entry (
    election integer NOT NULL,
    box smallint NOT NULL,
    seq bigint NOT NULL CHECK (seq >= 0),
    kind smallint NOT NULL DEFAULT 0 CHECK (kind IN (0, 1, 2)),
    tracker uuid NOT NULL,
    commitment bytea NOT NULL CHECK (length(commitment) = 32),
    unit text NOT NULL,
    channel smallint NOT NULL CHECK (channel BETWEEN 0 AND 4),
    attributes json NOT NULL,
    selections json NOT NULL,
    cast_at timestamptz NOT NULL,
    chain bytea CHECK (length(chain) = 32),
    PRIMARY KEY (election, box, seq),
    FOREIGN KEY (election, box) REFERENCES ballot_box
  );
  CREATE UNIQUE INDEX box_entry_by_tracker ON box_entry (tracker);
  COMMENT ON COLUMN box_entry.kind IS '0 ballot, 1 tick, 2 correction';
  COMMENT ON COLUMN box_entry.channel IS '0 online, 1 election day, 2 early, 3 absentee mail, 4 provisional';

  CREATE FUNCTION refuse_change_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'The ledger is append-only: % of % is refused.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END $$;
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON box_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger();
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON participation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger();
`

/*
 * Everything is set-based: arrays in, one data-modifying statement, arrays out. Statements are separate because under
 * READ COMMITTED each sees what was committed before it began: the phase is read after the box lock is held, and the
 * answers are looked up after the insert, so that a voter who lost to a concurrent transaction is answered from it.
 * That last look-up is also what answers repeats in every phase: it does not ask whether the election is open.
 *
 * verdict: 0 accepted, 1 the voter has a participation (key_hash, sealed_receipt), 2 not open (phase), 3 in the future.
 * When every row was accepted, one row with ordinal 0 says so.
 */
const CAST_BATCH = `
  CREATE FUNCTION cast_batch(
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
        SELECT count(*)::integer AS accepted, array_agg(b.ordinal::integer) AS ordinals, sha256(v_box.chain || string_agg(b.commitment, ''::bytea ORDER BY b.place)) AS chain FROM ballot b
      ), entry AS (
        INSERT INTO box_entry (election, box, seq, tracker, commitment, unit, channel, attributes, selections, cast_at, chain)
        SELECT p_election, p_box, v_box.next_seq + b.place, b.tracker, b.commitment, b.unit, b.channel, b.attributes::json, b.selections::json,
          coalesce(b.event_at, v_cast_at), CASE WHEN b.place = d.accepted - 1 THEN d.chain END
        FROM ballot b CROSS JOIN digest d
        ORDER BY b.place
      )
      SELECT d.accepted, coalesce(d.ordinals, '{}'), d.chain INTO v_count, v_accepted, v_chain FROM digest d;

      IF v_count > 0 THEN
        UPDATE ballot_box b SET next_seq = v_box.next_seq + v_count, chain = v_chain, last_cast_at = v_cast_at
        WHERE b.election = p_election AND b.box = p_box;
      END IF;
    END IF;

    IF v_count = cardinality(p_voter_ref) THEN
      RETURN QUERY SELECT 0, 0::smallint, v_election.phase, NULL::bytea, NULL::bytea, v_cast_at;
      RETURN;
    END IF;

    RETURN QUERY
      SELECT r.ordinal::integer,
        CASE WHEN a.ordinal IS NOT NULL THEN 0 WHEN p.voter_ref IS NOT NULL THEN 1
          WHEN r.event_at > v_now AND v_election.phase = 'OPEN' THEN 3 ELSE 2 END::smallint,
        CASE WHEN v_election.phase = 'OPEN' AND v_now >= v_election.closes_at THEN 'CLOSED' ELSE v_election.phase END,
        CASE WHEN a.ordinal IS NULL THEN p.key_hash END, CASE WHEN a.ordinal IS NULL THEN p.sealed_receipt END,
        coalesce(r.event_at, v_cast_at)
      FROM unnest(p_voter_ref, p_event_at) WITH ORDINALITY AS r (voter_ref, event_at, ordinal)
      LEFT JOIN unnest(v_accepted) AS a (ordinal) ON a.ordinal = r.ordinal
      LEFT JOIN participation p ON p.election = p_election AND p.voter_ref = r.voter_ref
      ORDER BY r.ordinal;
  END $$;
`

/*
 * Locks the election, then all of its boxes, ascending: cast_batch takes one box lock and no other, so the two cannot wait
 * for each other in a ring. The election is locked without its key, for the foreign keys of what cast_batch inserts
 * under its box lock ask for that key.
 */
const CHANGE_PHASE = `
  CREATE FUNCTION change_phase(p_election integer, p_from text[], p_to text) RETURNS TABLE (changed boolean, phase text, phase_version integer)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  DECLARE
    v_phase text;
  BEGIN
    SELECT e.phase INTO v_phase FROM election e WHERE e.key = p_election FOR NO KEY UPDATE;
    IF v_phase = ANY (p_from) THEN
      PERFORM 1 FROM (SELECT 1 FROM ballot_box b WHERE b.election = p_election ORDER BY b.box FOR UPDATE) locked;
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

/*
 * No ballot will enter an open box before its floor any more: it is written under the box lock, and cast_batch never goes
 * below it. Says up to which entry the box was filled then, so that a reader knows what it must have counted first.
 */
const BOX_FLOORS = `
  CREATE FUNCTION box_floors(p_election integer) RETURNS TABLE (box smallint, next_seq bigint, sealed_seq bigint, floor timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  DECLARE
    v_granularity integer;
  BEGIN
    SELECT e.granularity_ms INTO v_granularity FROM election e WHERE e.key = p_election;
    PERFORM 1 FROM (SELECT 1 FROM ballot_box b WHERE b.election = p_election ORDER BY b.box FOR UPDATE) locked;
    UPDATE ballot_box b
    SET last_cast_at = greatest(b.last_cast_at, to_timestamp(floor(extract(epoch FROM clock_timestamp()) * 1000 / v_granularity) * v_granularity / 1000))
    WHERE b.election = p_election AND b.sealed_seq IS NULL;
    RETURN QUERY SELECT b.box, b.next_seq, b.sealed_seq, b.last_cast_at FROM ballot_box b WHERE b.election = p_election ORDER BY b.box;
  END $$;
`

/** The ledger: who has voted, and what was voted, with nothing that joins the two; and the only two ways to write it. */
export class CreateLedger1763700001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES)
    await runner.query(CAST_BATCH)
    await runner.query(CHANGE_PHASE)
    await runner.query(BOX_FLOORS)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
