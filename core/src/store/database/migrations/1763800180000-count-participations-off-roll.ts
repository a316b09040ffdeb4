import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * How many took part whom the roll does not name. A number and nothing else: the auditor, who may ask, learns of nobody
 * whether they are on the roll. Participations keep the first 16 bytes of a voter reference.
 */
const OFF_ROLL = `
  CREATE FUNCTION participations_off_roll(p_election integer) RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT count(*) FROM participation p
    WHERE p.election = p_election
      AND NOT EXISTS (SELECT 1 FROM voter v WHERE v.election = p_election AND substring(v.voter_ref FOR 16) = p.voter_ref)
  $$;
  -- Tables of ours alone: without pg_temp named last, temporary ones of the caller would come first.
  DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION participations_off_roll SET search_path = %I, pg_temp', current_schema());
  END $$;
  REVOKE ALL ON FUNCTION participations_off_roll FROM PUBLIC;
  DO $$ BEGIN
    GRANT EXECUTE ON FUNCTION participations_off_roll TO livetally_auditor;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

export class CountParticipationsOffRoll1763800180000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OFF_ROLL)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
