import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * A database that was restored from a backup gives version numbers a second time, to definitions that may be others. So each
 * definition gets an id of its own whenever its version is raised, whoever raises it, and a box notes the id, no version, that
 * its views were compared with.
 */
export class IdentifyDefinitions1763800130000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE election ADD COLUMN definition_id uuid NOT NULL DEFAULT gen_random_uuid();
      COMMENT ON COLUMN election.definition_id IS 'another one after every edit, and never one that was there before';
      CREATE FUNCTION identify_definition() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.definition_id := gen_random_uuid();
        RETURN NEW;
      END $$;
      CREATE TRIGGER identify_definition BEFORE UPDATE OF definition_version ON election
        FOR EACH ROW WHEN (NEW.definition_version <> OLD.definition_version) EXECUTE FUNCTION identify_definition();

      ALTER TABLE box_position ADD COLUMN definition_id uuid, DROP COLUMN definition_version;
      COMMENT ON COLUMN box_position.definition_id IS 'the definition that the views were last compared with';
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
