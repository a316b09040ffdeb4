import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * Those who cast ballots of counting centres ask the roll where a voter votes, by reference and many at once. They learn the
 * place and the groups, as they are counted with the ballot; no name, no number, no code.
 */
const FUNCTIONS = `
  CREATE FUNCTION has_roll(p_election integer) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT EXISTS (SELECT 1 FROM voter v WHERE v.election = p_election)
  $$;

  CREATE FUNCTION find_on_roll(p_election integer, p_voter_refs bytea[]) RETURNS TABLE (voter_ref bytea, unit text, attributes jsonb)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  #variable_conflict use_column
  BEGIN
    IF cardinality(p_voter_refs) > 2000 THEN
      RAISE EXCEPTION 'At most 2000 references can be looked up at once; these are %.', cardinality(p_voter_refs) USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY SELECT v.voter_ref, v.unit, v.attributes FROM voter v WHERE v.election = p_election AND v.voter_ref = ANY (p_voter_refs);
  END $$;
  COMMENT ON FUNCTION find_on_roll IS 'where voters vote, never who they are; at most 2000 references at once';

  DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION has_roll(integer) SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION find_on_roll(integer, bytea[]) SET search_path = %I, pg_temp', current_schema());
  END $$;
`

const GRANTS = `
  REVOKE ALL ON FUNCTION has_roll, find_on_roll FROM PUBLIC;
  DO $$ BEGIN
    GRANT EXECUTE ON FUNCTION has_roll, find_on_roll TO livetally_api, livetally_ingest;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

/** Lets ballots that name a voter be resolved on the roll. */
export class FindOnRoll1763804000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [FUNCTIONS, GRANTS]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
