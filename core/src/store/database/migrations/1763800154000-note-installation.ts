import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * Whose database this is: the fingerprint of the master key that was there first. It stays; who comes with another key must
 * not take votes, for nobody who has voted would be recognised.
 */
const INSTALLATION = `
  CREATE TABLE installation (
    is_this boolean PRIMARY KEY DEFAULT true CHECK (is_this),
    key_fingerprint bytea NOT NULL CHECK (length(key_fingerprint) = 32),
    since timestamptz NOT NULL DEFAULT now()
  );
  COMMENT ON COLUMN installation.is_this IS 'there is one row at most';
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON installation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger();

  CREATE FUNCTION claim_installation(p_fingerprint bytea) RETURNS bytea
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  BEGIN
    INSERT INTO installation (key_fingerprint) VALUES (p_fingerprint) ON CONFLICT DO NOTHING;
    RETURN (SELECT i.key_fingerprint FROM installation i);
  END $$;
  COMMENT ON FUNCTION claim_installation IS 'the fingerprint that was there first, perhaps this one';
`

/* Every process asks at its start whether the tables are those that it knows. */
const GRANTS = `
  REVOKE ALL ON installation FROM PUBLIC;
  REVOKE ALL ON FUNCTION claim_installation FROM PUBLIC;
  DO $$ BEGIN
    GRANT EXECUTE ON FUNCTION claim_installation TO livetally_api, livetally_ingest;
    GRANT SELECT ON migration TO livetally_api, livetally_worker, livetally_ingest, livetally_auditor;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

/** Has a database say whose it is, and of which version. */
export class NoteInstallation1763800154000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [INSTALLATION, GRANTS]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
