import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What the workers write: positions, tallies and revisions. All of it can be made again from the ledger. */
export class CreateCounting1763700002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE relay_position (
        election integer NOT NULL,
        box smallint NOT NULL,
        next_seq bigint NOT NULL DEFAULT 0,
        owner text,
        epoch bigint NOT NULL DEFAULT 0,
        beat bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (election, box),
        FOREIGN KEY (election, box) REFERENCES ballot_box
      ) WITH (fillfactor = 50);

      CREATE TABLE box_position (
        election integer NOT NULL,
        box smallint NOT NULL,
        generation integer NOT NULL DEFAULT 1,
        next_seq bigint NOT NULL DEFAULT 0 CHECK (next_seq >= 0),
        chain bytea NOT NULL DEFAULT '',
        epoch bigint NOT NULL DEFAULT 0,
        newest_ms bigint,
        PRIMARY KEY (election, box),
        FOREIGN KEY (election, box) REFERENCES ballot_box
      ) WITH (fillfactor = 50);

      CREATE TABLE tally (
        election integer NOT NULL,
        box smallint NOT NULL,
        generation integer NOT NULL,
        view text NOT NULL,
        key text NOT NULL,
        counts bigint[] NOT NULL,
        PRIMARY KEY (election, box, generation, view, key)
      ) WITH (fillfactor = 70);

      CREATE TABLE window_tally (
        election integer NOT NULL,
        box smallint NOT NULL,
        generation integer NOT NULL,
        contest text NOT NULL,
        unit text NOT NULL,
        pane_start timestamptz NOT NULL,
        counts bigint[] NOT NULL,
        PRIMARY KEY (election, box, generation, contest, unit, pane_start)
      ) WITH (fillfactor = 70);

      CREATE TABLE publisher_position (
        election integer PRIMARY KEY REFERENCES election,
        epoch bigint NOT NULL DEFAULT 0,
        last_revision integer NOT NULL DEFAULT 0,
        produced_revision integer NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50);

      CREATE TABLE result_revision (
        election integer NOT NULL REFERENCES election,
        revision integer NOT NULL CHECK (revision >= 1),
        vector json NOT NULL,
        status text NOT NULL,
        published_at timestamptz NOT NULL,
        as_of timestamptz,
        final_until timestamptz,
        is_full boolean NOT NULL,
        changes json NOT NULL,
        PRIMARY KEY (election, revision)
      );
      CREATE INDEX result_revision_full ON result_revision (election, revision) WHERE is_full;
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
