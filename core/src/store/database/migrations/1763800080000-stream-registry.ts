import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * Every voter gets a number in the order in which the roll grew. The roll's row is locked while numbers are given, so they are
 * committed in order, and a reader who has been everywhere below `next_number` has missed nobody. Numbers may be left out.
 *
 * told_number: topic voters has been told of everybody below it. Moved after Kafka has them, never before.
 */
const ROLL = `
  CREATE TABLE roll (
    election integer PRIMARY KEY REFERENCES election,
    next_number bigint NOT NULL DEFAULT 0 CHECK (next_number >= 0),
    told_number bigint NOT NULL DEFAULT 0 CHECK (told_number BETWEEN 0 AND next_number)
  ) WITH (fillfactor = 50);
  ALTER TABLE voter ADD COLUMN number bigint;
  UPDATE voter v SET number = n.number
  FROM (SELECT election, voter_id, row_number() OVER (PARTITION BY election ORDER BY code_hash) - 1 AS number FROM voter) n
  WHERE n.election = v.election AND n.voter_id = v.voter_id;
  ALTER TABLE voter ALTER COLUMN number SET NOT NULL;
  CREATE UNIQUE INDEX voter_by_number ON voter (election, number);
  INSERT INTO roll (election, next_number) SELECT election, max(number) + 1 FROM voter GROUP BY election;
  CREATE INDEX roll_to_tell ON roll (election) WHERE told_number < next_number;
`

/* Whoever counts the electorate reads groups, not people: no name, no reference to a participation, and no system column. */
const GRANTS = `
  DO $$ BEGIN
    GRANT SELECT, INSERT, UPDATE ON roll TO livetally_api;
    GRANT SELECT ON roll TO livetally_worker, livetally_auditor;
    GRANT SELECT (election, number, unit, attributes) ON voter TO livetally_worker, livetally_auditor;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

/** Lets others follow who may vote, without a name, and turnout have its denominators. */
export class StreamRegistry1763800080000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [ROLL, GRANTS]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
