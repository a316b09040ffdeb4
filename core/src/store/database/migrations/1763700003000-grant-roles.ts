import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * One role for each kind of process, with the rights that it needs and no others. Where the migrating user may not create
 * roles the grants are left out, and every process keeps the rights of the user it connects as.
 */
export class GrantRoles1763700003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      REVOKE ALL ON participation, box_entry, ballot_box FROM PUBLIC;
      REVOKE ALL ON FUNCTION cast_batch, change_phase, box_floors FROM PUBLIC;

      DO $$
      DECLARE
        v_role text;
      BEGIN
        FOREACH v_role IN ARRAY ARRAY['livetally_api', 'livetally_worker', 'livetally_auditor'] LOOP
          BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
          EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
          END;
          EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), v_role);
          EXECUTE format('GRANT SELECT ON election, party, contest, contest_option, reporting_unit, reporting_unit_member, voter_attribute, ballot_box, relay_position, box_position, publisher_position, result_revision TO %I', v_role);
        END LOOP;

        GRANT SELECT, INSERT, UPDATE ON election, reporting_unit TO livetally_api;
        GRANT SELECT, INSERT ON party, contest, contest_option, reporting_unit_member, voter_attribute, voter TO livetally_api;
        GRANT INSERT ON ballot_box TO livetally_api;
        GRANT SELECT ON participation TO livetally_api;
        -- Where a ballot lies, never what it says: this role may also read who has voted. Named columns leave out xmin, too.
        GRANT SELECT (election, box, seq, tracker, commitment, cast_at) ON box_entry TO livetally_api;
        GRANT SELECT ON box_entry TO livetally_worker;
        GRANT EXECUTE ON FUNCTION cast_batch, change_phase TO livetally_api;

        GRANT EXECUTE ON FUNCTION box_floors TO livetally_worker;
        GRANT SELECT, INSERT, UPDATE ON relay_position, box_position, publisher_position TO livetally_worker;
        GRANT SELECT, INSERT, UPDATE, DELETE ON tally, window_tally TO livetally_worker;
        GRANT SELECT, INSERT, DELETE ON result_revision TO livetally_worker;

        GRANT SELECT ON participation, box_entry, tally, window_tally TO livetally_auditor;
      EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'Roles were not created: % may not create them.', current_user;
      END $$;
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
