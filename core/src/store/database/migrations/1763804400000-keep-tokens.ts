import type { MigrationInterface, QueryRunner } from 'typeorm'

/*
 * The keys that tokens are signed with, sealed under the installation's master key, and which tokens were issued and revoked:
 * of each its id and whose it is, never the token. All of it is bounded: what has expired goes, and there is a most of each.
 */
const TABLES = `
  CREATE TABLE token_key (
    id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    sealed bytea NOT NULL CHECK (length(sealed) BETWEEN 32 AND 200),
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    retires_at timestamptz
  );
  COMMENT ON TABLE token_key IS 'keys that sign tokens, sealed under a key that derives from the master key: neither the database nor the master key alone can issue a token';
  COMMENT ON COLUMN token_key.retires_at IS 'null: it signs; else it verifies until then';
  CREATE UNIQUE INDEX token_key_that_signs ON token_key ((retires_at IS NULL)) WHERE retires_at IS NULL;

  CREATE TABLE token (
    id uuid PRIMARY KEY,
    key_id text NOT NULL,
    role text NOT NULL,
    subject text NOT NULL CHECK (length(subject) <= 200),
    election integer REFERENCES election (key),
    issued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
  );
  COMMENT ON TABLE token IS 'tokens that were handed out or revoked: until an hour after they expire, and at most 10000';
  COMMENT ON COLUMN token.election IS 'the only one that it is for';
  CREATE INDEX token_revoked ON token (expires_at) WHERE revoked_at IS NOT NULL;
`

const FUNCTIONS = `
  CREATE FUNCTION claim_token_key(p_id text, p_sealed bytea) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
  BEGIN
    LOCK TABLE token_key IN SHARE ROW EXCLUSIVE MODE;
    INSERT INTO token_key (id, sealed) SELECT p_id, p_sealed WHERE NOT EXISTS (SELECT 1 FROM token_key k WHERE k.retires_at IS NULL);
  END $$;
  COMMENT ON FUNCTION claim_token_key IS 'takes this key where none signs; of several that come at once the first stays';

  CREATE FUNCTION rotate_token_key(p_id text, p_sealed bytea, p_retire_after_s bigint) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
  BEGIN
    LOCK TABLE token_key IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM token_key k WHERE k.retires_at <= clock_timestamp();
    IF (SELECT count(*) FROM token_key) >= 10 THEN RETURN false; END IF;
    UPDATE token_key k SET retires_at = clock_timestamp() + p_retire_after_s * interval '1 second' WHERE k.retires_at IS NULL;
    INSERT INTO token_key (id, sealed) VALUES (p_id, p_sealed);
    RETURN true;
  END $$;
  COMMENT ON FUNCTION rotate_token_key IS 'this key signs from now on, the one before verifies for so many seconds more; false where 10 keys are in use';

  CREATE FUNCTION retire_token_key(p_id text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
  BEGIN
    LOCK TABLE token_key IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT 1 FROM token_key k WHERE k.id = p_id AND k.retires_at IS NULL) THEN RETURN 'SIGNS'; END IF;
    DELETE FROM token_key k WHERE k.id = p_id;
    RETURN CASE WHEN FOUND THEN 'RETIRED' ELSE 'UNKNOWN' END;
  END $$;
  COMMENT ON FUNCTION retire_token_key IS 'no token of this key is valid from now on; refused for the key that signs';

  CREATE FUNCTION record_token(p_id uuid, p_key_id text, p_role text, p_subject text, p_election integer, p_expires_at timestamptz) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
  BEGIN
    LOCK TABLE token IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM token t WHERE t.expires_at < clock_timestamp() - interval '1 hour';
    IF (SELECT count(*) FROM token) >= 10000 THEN RETURN false; END IF;
    INSERT INTO token (id, key_id, role, subject, election, expires_at) VALUES (p_id, p_key_id, p_role, p_subject, p_election, p_expires_at) ON CONFLICT DO NOTHING;
    RETURN true;
  END $$;
  COMMENT ON FUNCTION record_token IS 'false where there are 10000 tokens that have not expired';

  CREATE FUNCTION revoke_tokens(p_ids uuid[]) RETURNS SETOF uuid
  LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
    UPDATE token t SET revoked_at = coalesce(t.revoked_at, clock_timestamp()) WHERE t.id = ANY (p_ids) RETURNING t.id
  $$;
  COMMENT ON FUNCTION revoke_tokens IS 'those of them that are known; nothing takes a revocation back';

  DO $$
  DECLARE
    v_function regprocedure;
  BEGIN
    FOR v_function IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
      AND p.proname IN ('claim_token_key', 'rotate_token_key', 'retire_token_key', 'record_token', 'revoke_tokens') LOOP
      EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', v_function, current_schema());
    END LOOP;
  END $$;
`

/* The API reads both; neither it nor anybody else takes a revocation back, or names a key that is none. */
const GRANTS = `
  REVOKE ALL ON token_key, token FROM PUBLIC;
  REVOKE ALL ON FUNCTION claim_token_key, rotate_token_key, retire_token_key, record_token, revoke_tokens FROM PUBLIC;
  DO $$ BEGIN
    GRANT SELECT ON token_key, token TO livetally_api;
    GRANT EXECUTE ON FUNCTION claim_token_key, rotate_token_key, retire_token_key, record_token, revoke_tokens TO livetally_api;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'Rights were not granted: the roles are not there.';
  END $$;
`

/** Keeps the keys of tokens, and which of them are revoked. */
export class KeepTokens1763804400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [TABLES, FUNCTIONS, GRANTS]) await runner.query(part)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
