import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * The ledger's two foreign keys cost half of what accepting a vote cost: Postgres looks the same box up again for every row.
 * What they promise is checked once per statement instead: rows name a box (an election) that is there, locked against
 * vanishing as a foreign key would lock it; and none that is named may vanish or change its key.
 */
const INSERT_SIDE = `
  CREATE FUNCTION check_boxes_of_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  DECLARE
    v_row record;
  BEGIN
    FOR v_row IN SELECT DISTINCT n.election, n.box FROM new_rows n LOOP
      PERFORM 1 FROM ballot_box b WHERE b.election = v_row.election AND b.box = v_row.box FOR KEY SHARE;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'Election % has no ballot box %.', v_row.election, v_row.box USING ERRCODE = 'foreign_key_violation';
      END IF;
    END LOOP;
    RETURN NULL;
  END $$;
  CREATE TRIGGER names_a_box AFTER INSERT ON box_entry REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION check_boxes_of_entries();

  CREATE FUNCTION check_elections_of_participations() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  DECLARE
    v_row record;
  BEGIN
    FOR v_row IN SELECT DISTINCT n.election FROM new_rows n LOOP
      PERFORM 1 FROM election e WHERE e.key = v_row.election FOR KEY SHARE;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no election %.', v_row.election USING ERRCODE = 'foreign_key_violation';
      END IF;
    END LOOP;
    RETURN NULL;
  END $$;
  CREATE TRIGGER names_an_election AFTER INSERT ON participation REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION check_elections_of_participations();
`

const REFERENCED_SIDE = `
  CREATE FUNCTION keep_box_of_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.election, OLD.box) = (NEW.election, NEW.box) THEN RETURN NEW; END IF;
    IF EXISTS (SELECT 1 FROM box_entry e WHERE e.election = OLD.election AND e.box = OLD.box) THEN
      RAISE EXCEPTION 'Ballot box % of election % holds entries: it stays.', OLD.box, OLD.election USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END $$;
  CREATE TRIGGER keep_entries BEFORE DELETE OR UPDATE OF election, box ON ballot_box FOR EACH ROW EXECUTE FUNCTION keep_box_of_entries();
  CREATE TRIGGER append_only BEFORE TRUNCATE ON ballot_box FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger();

  CREATE FUNCTION keep_election_of_participations() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  BEGIN
    IF EXISTS (SELECT 1 FROM participation p WHERE p.election = OLD.key) THEN
      RAISE EXCEPTION 'Election % has participations: it stays.', OLD.key USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
  END $$;
  CREATE TRIGGER keep_participations BEFORE DELETE ON election FOR EACH ROW EXECUTE FUNCTION keep_election_of_participations();
`

export class CheckLedgerKeysByStatement1763800041000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INSERT_SIDE)
    await runner.query(REFERENCED_SIDE)
    await runner.query('ALTER TABLE box_entry DROP CONSTRAINT box_entry_election_box_fkey')
    await runner.query('ALTER TABLE participation DROP CONSTRAINT participation_election_fkey')
    await runner.query('REVOKE ALL ON FUNCTION check_boxes_of_entries, check_elections_of_participations, keep_box_of_entries, keep_election_of_participations FROM PUBLIC')
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
