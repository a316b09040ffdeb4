import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Processes that publish give signs of life, and every election says who published it last: others see who fell silent, and
 * what is theirs to go on with.
 */
export class WatchPublishers1763800120000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE publisher_process (
        owner text PRIMARY KEY,
        beat bigint NOT NULL DEFAULT 1
      ) WITH (fillfactor = 50);
      COMMENT ON COLUMN publisher_process.beat IS 'raised some times a second by the process; one that stands still is watched by each of the others on its own clock';
      ALTER TABLE publisher_position ADD COLUMN owner text;
      COMMENT ON COLUMN publisher_position.owner IS 'the process that claimed it last';
    `)
    await runner.query(GRANTS)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}

const GRANTS = `
  DO $$ BEGIN
    GRANT SELECT, INSERT, UPDATE, DELETE ON publisher_process TO livetally_worker;
    GRANT SELECT ON publisher_process TO livetally_auditor;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`
