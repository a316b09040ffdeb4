import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * How choices of secret ballots were released. `choice_release` says in which revision a cell's frontier was first moved beyond
 * a `seq`: what a receipt is answered from. `group_release` keeps which groups of voters (and which places) are told together: once
 * told, it stays.
 */
export class ReleaseChoices1763800190000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE choice_release (
        election integer NOT NULL REFERENCES election,
        cell text NOT NULL,
        seq bigint NOT NULL CHECK (seq >= 0),
        revision integer NOT NULL,
        PRIMARY KEY (election, cell, seq)
      );
      COMMENT ON COLUMN choice_release.cell IS 'box / cell / channel, as in view frontier';
      COMMENT ON COLUMN choice_release.seq IS 'choices of the cell''s ballots below this are released';

      CREATE TABLE group_release (
        election integer NOT NULL REFERENCES election,
        names text NOT NULL,
        position integer NOT NULL,
        joined jsonb NOT NULL,
        PRIMARY KEY (election, names)
      );
      COMMENT ON COLUMN group_release.names IS 'of a breakdown, joined by commas; empty for the places of release units that are wider than they';
      COMMENT ON COLUMN group_release.position IS 'the order in which it was decided';
      COMMENT ON COLUMN group_release.joined IS 'values, joined by commas, of the groups that are told as _other; of places: each with the one it is told with';

      DO $$ BEGIN
        GRANT SELECT, INSERT ON choice_release, group_release TO livetally_worker;
        GRANT SELECT ON choice_release TO livetally_api;
        GRANT SELECT ON choice_release, group_release TO livetally_auditor;
      EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
        RAISE NOTICE 'Rights were not granted: the roles are not there.';
      END $$;
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
