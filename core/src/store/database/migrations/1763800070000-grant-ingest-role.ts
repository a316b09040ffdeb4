import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The role of the worker that takes ballots from other systems: it casts as the API does, and may read definitions and where a
 * ballot lies. Neither what ballots say nor who has voted: `cast_batch` answers for both.
 */
export class GrantIngestRole1763800070000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$ BEGIN
        BEGIN
          CREATE ROLE livetally_ingest NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO livetally_ingest', current_schema());
        GRANT SELECT ON election, party, contest, contest_option, reporting_unit, reporting_unit_member, voter_attribute TO livetally_ingest;
        GRANT SELECT (election, box, seq, tracker, commitment, cast_at) ON box_entry TO livetally_ingest;
        GRANT EXECUTE ON FUNCTION cast_batch TO livetally_ingest;
      EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'The role livetally_ingest was not created: % may not create it.', current_user;
      END $$;
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
