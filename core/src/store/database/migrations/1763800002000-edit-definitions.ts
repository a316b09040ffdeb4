import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * What ballots are counted by is fixed when an election is published. The code refuses such edits with a sentence; these
 * triggers refuse them whoever tries. A trigger's arguments are the columns that may still be edited then.
 */
const GUARDS = `
  CREATE FUNCTION keep_structure() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  DECLARE
    v_row jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    v_editable text[] := coalesce(TG_ARGV, '{}');
    v_phase text;
  BEGIN
    IF TG_OP <> 'UPDATE' OR to_jsonb(OLD) - v_editable <> to_jsonb(NEW) - v_editable THEN
      SELECT e.phase INTO v_phase FROM election e WHERE e.key = (v_row ->> 'election')::integer;
      IF v_phase <> 'DRAFT' THEN
        RAISE EXCEPTION 'The structure of a published election is fixed: % of % is refused.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END IF;
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER keep_structure AFTER INSERT OR UPDATE OR DELETE ON party FOR EACH ROW EXECUTE FUNCTION keep_structure('name', 'abbreviation', 'color');
  CREATE TRIGGER keep_structure AFTER INSERT OR UPDATE OR DELETE ON reporting_unit FOR EACH ROW EXECUTE FUNCTION keep_structure('name', 'eligible_voters', 'registered_voters');
  CREATE TRIGGER keep_structure AFTER INSERT OR UPDATE OR DELETE ON reporting_unit_member FOR EACH ROW EXECUTE FUNCTION keep_structure();
  CREATE TRIGGER keep_structure AFTER INSERT OR UPDATE OR DELETE ON contest FOR EACH ROW EXECUTE FUNCTION keep_structure();
  CREATE TRIGGER keep_structure AFTER INSERT OR UPDATE OR DELETE ON contest_option FOR EACH ROW EXECUTE FUNCTION keep_structure('name', 'photo_url', 'biography', 'campaign_platform');
  CREATE TRIGGER keep_structure AFTER INSERT OR UPDATE OR DELETE ON voter_attribute FOR EACH ROW EXECUTE FUNCTION keep_structure('name', 'values');

  CREATE FUNCTION keep_election() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.slug <> OLD.slug OR (OLD.phase <> 'DRAFT' AND (NEW.time_source, NEW.granularity_ms, NEW.disorder_ms, NEW.grace_ms, NEW.boxes)
      IS DISTINCT FROM (OLD.time_source, OLD.granularity_ms, OLD.disorder_ms, OLD.grace_ms, OLD.boxes)) THEN
      RAISE EXCEPTION 'The structure of a published election is fixed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER keep_structure BEFORE UPDATE ON election FOR EACH ROW EXECUTE FUNCTION keep_election();
`

/* Which state of an election topic elections has been told of; raised after Kafka has it, never before. */
const ANNOUNCED = `
  ALTER TABLE election
    ADD COLUMN announced_phase_version integer NOT NULL DEFAULT 0,
    ADD COLUMN announced_definition_version integer NOT NULL DEFAULT 0;
  CREATE INDEX election_not_announced ON election (key) WHERE announced_phase_version < phase_version OR announced_definition_version < definition_version;
`

const GRANTS = `
  REVOKE ALL ON FUNCTION keep_structure, keep_election FROM PUBLIC;
  DO $$ BEGIN
    GRANT UPDATE, DELETE ON party, contest, contest_option, voter_attribute TO livetally_api;
    GRANT DELETE ON reporting_unit TO livetally_api;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

/** Lets definitions be edited, and says what of them may be. */
export class EditDefinitions1763800002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [GUARDS, ANNOUNCED, GRANTS]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
