import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What an election is, and who may vote in it. Names and addresses of voters live here and nowhere else. */
export class CreateRegistry1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE election (
        key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        slug text NOT NULL UNIQUE,
        name text NOT NULL,
        description text,
        time_zone text NOT NULL,
        opens_at timestamptz NOT NULL,
        closes_at timestamptz NOT NULL CHECK (closes_at > opens_at),
        results_visibility text NOT NULL CHECK (results_visibility IN ('LIVE', 'AFTER_CLOSE', 'WHEN_RELEASED')),
        time_source text NOT NULL CHECK (time_source IN ('DATABASE', 'IMPORTED')),
        granularity_ms integer NOT NULL CHECK (granularity_ms BETWEEN 1 AND 10000),
        disorder_ms integer NOT NULL CHECK (disorder_ms >= 0),
        grace_ms integer NOT NULL CHECK (grace_ms >= 0),
        boxes integer CHECK (boxes BETWEEN 1 AND 64),
        breakdowns jsonb NOT NULL,
        phase text NOT NULL DEFAULT 'DRAFT' CHECK (phase IN ('DRAFT', 'SCHEDULED', 'OPEN', 'PAUSED', 'CLOSED', 'CERTIFIED')),
        phase_version integer NOT NULL DEFAULT 1,
        definition_version integer NOT NULL DEFAULT 1,
        key_fingerprint bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX election_by_opening ON election (opens_at, key);

      CREATE TABLE party (
        election integer NOT NULL REFERENCES election,
        id text NOT NULL,
        position integer NOT NULL,
        name text NOT NULL,
        abbreviation text NOT NULL,
        color text NOT NULL,
        PRIMARY KEY (election, id)
      );

      CREATE TABLE reporting_unit (
        election integer NOT NULL REFERENCES election,
        id text NOT NULL,
        position integer NOT NULL,
        name text NOT NULL,
        kind text NOT NULL,
        parent text,
        composed_of text[],
        eligible_voters integer CHECK (eligible_voters >= 0),
        registered_voters integer NOT NULL DEFAULT 0 CHECK (registered_voters >= 0),
        is_place boolean NOT NULL,
        box smallint,
        PRIMARY KEY (election, id),
        FOREIGN KEY (election, parent) REFERENCES reporting_unit DEFERRABLE INITIALLY DEFERRED
      );
      CREATE TABLE reporting_unit_member (
        election integer NOT NULL,
        unit text NOT NULL,
        leaf text NOT NULL,
        PRIMARY KEY (election, unit, leaf),
        FOREIGN KEY (election, unit) REFERENCES reporting_unit,
        FOREIGN KEY (election, leaf) REFERENCES reporting_unit
      );

      CREATE TABLE contest (
        election integer NOT NULL REFERENCES election,
        id text NOT NULL,
        position integer NOT NULL,
        title text NOT NULL,
        variation text NOT NULL CHECK (variation IN ('PLURALITY', 'N_OF_M')),
        votes_allowed integer NOT NULL CHECK (votes_allowed >= 1),
        number_elected integer NOT NULL CHECK (number_elected >= 1),
        reporting_unit text NOT NULL,
        PRIMARY KEY (election, id),
        FOREIGN KEY (election, reporting_unit) REFERENCES reporting_unit
      );
      CREATE TABLE contest_option (
        election integer NOT NULL,
        contest text NOT NULL,
        id text NOT NULL,
        position integer NOT NULL,
        name text NOT NULL,
        party text,
        photo_url text,
        biography text,
        campaign_platform text,
        is_write_in boolean NOT NULL,
        PRIMARY KEY (election, contest, id),
        FOREIGN KEY (election, contest) REFERENCES contest,
        FOREIGN KEY (election, party) REFERENCES party
      );

      CREATE TABLE voter_attribute (
        election integer NOT NULL REFERENCES election,
        id text NOT NULL,
        position integer NOT NULL,
        name text NOT NULL,
        "values" jsonb NOT NULL,
        PRIMARY KEY (election, id)
      );

      CREATE TABLE voter (
        election integer NOT NULL REFERENCES election,
        voter_id text NOT NULL,
        voter_ref bytea NOT NULL,
        code_hash bytea NOT NULL,
        unit text NOT NULL,
        channel text,
        attributes jsonb NOT NULL,
        name text,
        address text,
        PRIMARY KEY (election, voter_id),
        UNIQUE (election, code_hash),
        UNIQUE (election, voter_ref),
        FOREIGN KEY (election, unit) REFERENCES reporting_unit
      );
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
