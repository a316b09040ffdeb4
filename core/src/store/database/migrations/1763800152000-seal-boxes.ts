import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * Every ballot box ends with a seal: the same instant in every box of the election, under the locks of all. Database time: the
 * last granule in which a ballot could have been cast, never before what a box has been said to be final up to. Imported time:
 * the newest event time of any box, if there is one; so no box needs a tick before it is closed.
 *
 * Must be called with the boxes locked, after closes_at was written. The last box is for corrections: certification seals it,
 * without an entry.
 */
const SEAL_BOXES = `
  CREATE FUNCTION seal_boxes(p_election integer) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  DECLARE
    v_election election;
    v_corrections smallint;
    v_newest timestamptz;
    v_last_cast timestamptz;
    v_at timestamptz;
    v_at_ms bigint;
  BEGIN
    SELECT e.* INTO v_election FROM election e WHERE e.key = p_election;
    SELECT max(b.box) INTO v_corrections FROM ballot_box b WHERE b.election = p_election;
    SELECT max(b.newest_at), max(b.last_cast_at) INTO v_newest, v_last_cast FROM ballot_box b WHERE b.election = p_election AND b.box < v_corrections;
    IF v_election.time_source = 'IMPORTED' AND v_newest > '-infinity' THEN
      v_at := v_newest;
    ELSE
      v_at := greatest(v_last_cast, last_granule_before(v_election.closes_at, v_election.granularity_ms));
    END IF;
    v_at_ms := extract(epoch FROM v_at) * 1000;

    WITH seal AS (
      SELECT b.box, b.next_seq, c.commitment, sha256(b.chain || c.commitment || int8send(v_at_ms)) AS chain
      FROM ballot_box b
      CROSS JOIN LATERAL (SELECT sha256(convert_to(format('livetally seal/%s/%s/%s/%s', p_election, b.box, b.next_seq, v_at_ms), 'UTF8')) AS commitment) c
      WHERE b.election = p_election AND b.box < v_corrections AND b.sealed_seq IS NULL
    ), entry AS (
      INSERT INTO box_entry (election, box, seq, kind, commitment, cast_at, chain)
      SELECT p_election, s.box, s.next_seq, 3, s.commitment, v_at, s.chain FROM seal s
    )
    UPDATE ballot_box b SET next_seq = s.next_seq + 1, sealed_seq = s.next_seq + 1, chain = s.chain, newest_at = greatest(b.newest_at, v_at)
    FROM seal s WHERE b.election = p_election AND b.box = s.box;
  END $$;

  CREATE FUNCTION last_granule_before(p_at timestamptz, p_granularity_ms integer) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE AS $$
    SELECT to_timestamp((ceil(extract(epoch FROM p_at) * 1000 / p_granularity_ms) - 1) * p_granularity_ms / 1000)
  $$;
  CREATE FUNCTION granule_of(p_at timestamptz, p_granularity_ms integer) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE AS $$
    SELECT to_timestamp(floor(extract(epoch FROM p_at) * 1000 / p_granularity_ms) * p_granularity_ms / 1000)
  $$;
`

/*
 * Locks the election, then all of its boxes, ascending: cast_batch takes one box lock and no other, so the two cannot wait
 * for each other in a ring. The election is locked without its key, which what cast_batch inserts asks for.
 *
 * Times are those that were: opened early, an election says when it was opened, and closed early, when it was closed.
 */
const CHANGE_PHASE = `
  CREATE OR REPLACE FUNCTION change_phase(p_election integer, p_from text[], p_to text) RETURNS TABLE (changed boolean, phase text, phase_version integer)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  DECLARE
    v_phase text;
    v_now timestamptz;
  BEGIN
    SELECT e.phase INTO v_phase FROM election e WHERE e.key = p_election FOR NO KEY UPDATE;
    IF v_phase = ANY (p_from) THEN
      PERFORM 1 FROM (SELECT 1 FROM ballot_box b WHERE b.election = p_election ORDER BY b.box FOR UPDATE) locked;
      v_now := clock_timestamp();
      UPDATE election e SET phase = p_to, phase_version = e.phase_version + 1,
        -- Down and up, so that every ballot lies between the two.
        opens_at = CASE WHEN v_phase = 'SCHEDULED' AND p_to = 'OPEN' THEN least(e.opens_at, granule_of(v_now, e.granularity_ms)) ELSE e.opens_at END,
        closes_at = CASE WHEN p_to = 'CLOSED' THEN greatest(least(e.closes_at, date_trunc('milliseconds', v_now + interval '999 microseconds')), e.opens_at + interval '1 millisecond') ELSE e.closes_at END
      WHERE e.key = p_election;
      IF p_to = 'CLOSED' THEN
        PERFORM seal_boxes(p_election);
      ELSIF p_to = 'CERTIFIED' THEN
        UPDATE ballot_box b SET sealed_seq = b.next_seq WHERE b.election = p_election AND b.sealed_seq IS NULL;
      END IF;
    END IF;
    RETURN QUERY SELECT v_phase = ANY (p_from), e.phase, e.phase_version FROM election e WHERE e.key = p_election;
  END $$;
`

/*
 * Counting rule "Accept" 4: what the clock opens and closes is looked at again under the locks, so that an extension that was
 * acknowledged after the caller had looked holds. Waits a second at most for each lock: whoever asks tries again.
 */
const FOLLOW_SCHEDULE = `
  CREATE FUNCTION follow_schedule(p_election integer) RETURNS TABLE (changed boolean, phase text, phase_version integer)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '1s' AS $$
  #variable_conflict use_column
  DECLARE
    v_election election;
    v_now timestamptz;
  BEGIN
    SELECT e.* INTO v_election FROM election e WHERE e.key = p_election FOR NO KEY UPDATE;
    PERFORM 1 FROM (SELECT 1 FROM ballot_box b WHERE b.election = p_election ORDER BY b.box FOR UPDATE) locked;
    v_now := clock_timestamp();
    IF v_election.phase IN ('OPEN', 'PAUSED') AND v_election.closes_at <= v_now THEN
      RETURN QUERY SELECT c.* FROM change_phase(p_election, '{OPEN,PAUSED}', 'CLOSED') c;
    ELSIF v_election.phase = 'SCHEDULED' AND v_election.opens_at <= v_now AND v_election.closes_at > v_now THEN
      RETURN QUERY SELECT c.* FROM change_phase(p_election, '{SCHEDULED}', 'OPEN') c;
    ELSE
      RETURN QUERY SELECT false, e.phase, e.phase_version FROM election e WHERE e.key = p_election;
    END IF;
  END $$;
`

/*
 * No ballot will enter an open box before its floor any more: it is written under the box lock, and cast_batch never goes
 * below it. Says up to which entry the box was filled then, so that a reader knows what it must have counted first. It never
 * goes beyond the end of voting, for the seal lies there.
 */
const BOX_FLOORS = `
  CREATE OR REPLACE FUNCTION box_floors(p_election integer) RETURNS TABLE (box smallint, next_seq bigint, sealed_seq bigint, floor timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  DECLARE
    v_granularity integer;
    v_closes_at timestamptz;
  BEGIN
    PERFORM 1 FROM (SELECT 1 FROM ballot_box b WHERE b.election = p_election ORDER BY b.box FOR UPDATE) locked;
    SELECT e.granularity_ms, e.closes_at INTO v_granularity, v_closes_at FROM election e WHERE e.key = p_election;
    UPDATE ballot_box b
    SET last_cast_at = greatest(b.last_cast_at, least(granule_of(clock_timestamp(), v_granularity), last_granule_before(v_closes_at, v_granularity)))
    WHERE b.election = p_election AND b.sealed_seq IS NULL;
    RETURN QUERY SELECT b.box, b.next_seq, b.sealed_seq, b.last_cast_at FROM ballot_box b WHERE b.election = p_election ORDER BY b.box;
  END $$;
`

const GRANTS = `
  REVOKE ALL ON FUNCTION seal_boxes, granule_of, last_granule_before, follow_schedule FROM PUBLIC;
  DO $$ BEGIN
    GRANT EXECUTE ON FUNCTION follow_schedule TO livetally_api;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

/** Ends every ballot box with a seal, and has the schedule look again under the locks. */
export class SealBoxes1763800152000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [SEAL_BOXES, CHANGE_PHASE, FOLLOW_SCHEDULE, BOX_FLOORS, GRANTS]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
