import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * An election says how secret its ballots are. Those that were there before showed the choices of every ballot at once, and
 * go on as the open elections that they were.
 */
export class SayHowSecret1763800140000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE election
        ADD COLUMN ballot_secrecy text NOT NULL DEFAULT 'OPEN' CHECK (ballot_secrecy IN ('SECRET', 'OPEN')),
        ADD COLUMN release_size integer NOT NULL DEFAULT 10 CHECK (release_size BETWEEN 5 AND 100),
        ADD COLUMN release_units text,
        ADD COLUMN choices_by_channel boolean NOT NULL DEFAULT false;
      ALTER TABLE election ALTER COLUMN ballot_secrecy DROP DEFAULT, ALTER COLUMN release_size DROP DEFAULT, ALTER COLUMN choices_by_channel DROP DEFAULT;

      CREATE OR REPLACE FUNCTION keep_election() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.slug <> OLD.slug OR (OLD.phase <> 'DRAFT'
          AND (NEW.time_source, NEW.granularity_ms, NEW.disorder_ms, NEW.grace_ms, NEW.boxes, NEW.ballot_secrecy, NEW.release_size, NEW.release_units, NEW.choices_by_channel)
          IS DISTINCT FROM (OLD.time_source, OLD.granularity_ms, OLD.disorder_ms, OLD.grace_ms, OLD.boxes, OLD.ballot_secrecy, OLD.release_size, OLD.release_units, OLD.choices_by_channel)) THEN
          RAISE EXCEPTION 'The structure of a published election is fixed.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
      END $$;

      ALTER TABLE box_entry DROP CONSTRAINT box_entry_kind_check, DROP CONSTRAINT box_entry_is_of_its_kind;
      ALTER TABLE box_entry
        ADD CONSTRAINT box_entry_kind_check CHECK (kind IN (0, 1, 2, 3)) NOT VALID,
        ADD CONSTRAINT box_entry_is_of_its_kind CHECK (
          (kind = 0 AND num_nulls(tracker, unit, channel, attributes, selections) = 0 AND correction IS NULL)
          OR (kind IN (1, 3) AND num_nonnulls(tracker, unit, channel, attributes, selections, correction) = 0)
          OR (kind = 2 AND num_nulls(tracker, correction) = 0 AND num_nonnulls(unit, channel, attributes, selections) = 0)
        ) NOT VALID;
      COMMENT ON COLUMN box_entry.kind IS '0 ballot, 1 tick, 2 correction, 3 seal';
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
