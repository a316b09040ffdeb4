import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * Counting rule "Windows", imported time. As before, and: the digest covers the time that a tick says. Waits a second at most for each
 * lock: whoever asks tries again.
 *
 * The last box is for corrections and has no event time.
 */
const APPEND_TICKS = `
  CREATE OR REPLACE FUNCTION append_ticks(p_election integer, p_idle interval) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '1s' AS $$
  DECLARE
    v_election election;
    v_corrections smallint;
    v_floor timestamptz;
    v_floor_ms bigint;
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
    v_floor_ms := extract(epoch FROM v_floor) * 1000;
    v_late := (v_election.disorder_ms + v_election.grace_ms) * interval '1 millisecond';

    WITH tick AS (
      SELECT b.box, b.next_seq, c.commitment, sha256(b.chain || c.commitment || int8send(v_floor_ms)) AS chain
      FROM ballot_box b
      CROSS JOIN LATERAL (SELECT sha256(convert_to(format('livetally tick/%s/%s/%s/%s', p_election, b.box, b.next_seq, v_floor_ms), 'UTF8')) AS commitment) c
      WHERE b.election = p_election AND b.box < v_corrections AND b.sealed_seq IS NULL
        AND b.last_cast_at <= clock_timestamp() - p_idle
        AND floor(extract(epoch FROM b.newest_at - v_late) / 10) < floor(extract(epoch FROM v_floor - v_late) / 10)
    ), entry AS (
      INSERT INTO box_entry (election, box, seq, kind, commitment, cast_at, chain)
      SELECT p_election, t.box, t.next_seq, 1, t.commitment, v_floor, t.chain FROM tick t
    )
    UPDATE ballot_box b SET next_seq = t.next_seq + 1, chain = t.chain, newest_at = v_floor
    FROM tick t WHERE b.election = p_election AND b.box = t.box;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
  END $$;
`

/*
 * As before, and: the digest covers when the correction was made.
 *
 * verdict: 0 appended, 1 had been appended before, 2 the tracker stands for another correction, 3 not in this phase,
 * 4 there is a correction that the caller has not seen (seq: the box's next one).
 */
const APPEND_CORRECTION = `
  CREATE OR REPLACE FUNCTION append_correction(p_election integer, p_next_seq bigint, p_tracker uuid, p_correction text)
  RETURNS TABLE (verdict smallint, phase text, seq bigint, cast_at timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  DECLARE
    v_box ballot_box;
    v_election election;
    v_entry box_entry;
    v_commitment bytea := sha256(convert_to(format('livetally correction/%s/', p_election) || p_correction, 'UTF8'));
    v_chain bytea;
    v_at timestamptz;
  BEGIN
    SELECT b.* INTO v_box FROM ballot_box b WHERE b.election = p_election ORDER BY b.box DESC LIMIT 1 FOR UPDATE;
    SELECT e.* INTO v_election FROM election e WHERE e.key = p_election;
    SELECT n.* INTO v_entry FROM box_entry n WHERE n.tracker = p_tracker;
    IF v_entry.tracker IS NOT NULL THEN
      RETURN QUERY SELECT CASE WHEN v_entry.election = p_election AND v_entry.commitment = v_commitment THEN 1 ELSE 2 END::smallint,
        v_election.phase, v_entry.seq, v_entry.cast_at;
    ELSIF v_election.phase NOT IN ('OPEN', 'PAUSED', 'CLOSED') OR v_box.sealed_seq IS NOT NULL THEN
      RETURN QUERY SELECT 3::smallint, v_election.phase, v_box.next_seq, NULL::timestamptz;
    ELSIF v_box.next_seq <> p_next_seq THEN
      RETURN QUERY SELECT 4::smallint, v_election.phase, v_box.next_seq, NULL::timestamptz;
    ELSE
      v_at := greatest(v_box.last_cast_at, date_trunc('milliseconds', clock_timestamp()));
      v_chain := sha256(v_box.chain || v_commitment || int8send((extract(epoch FROM v_at) * 1000)::bigint));
      INSERT INTO box_entry (election, box, seq, kind, tracker, commitment, correction, cast_at, chain)
      VALUES (p_election, v_box.box, v_box.next_seq, 2, p_tracker, v_commitment, p_correction::json, v_at, v_chain);
      UPDATE ballot_box b SET next_seq = v_box.next_seq + 1, chain = v_chain, last_cast_at = v_at, newest_at = v_at
      WHERE b.election = p_election AND b.box = v_box.box;
      RETURN QUERY SELECT 0::smallint, v_election.phase, v_box.next_seq, v_at;
    END IF;
  END $$;
`

/** Binds the times of ticks and corrections into the digests of their boxes, as those of ballots are. */
export class BindTimesOfOtherEntries1763800151000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [APPEND_TICKS, APPEND_CORRECTION]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
