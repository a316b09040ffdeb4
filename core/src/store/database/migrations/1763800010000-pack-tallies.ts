import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * A row of a tally now holds all contests of its scope in one vector, windows are counted per first-level unit, too, and a
 * box says what its generation counts. Tallies stored in the former shape are thrown away: the workers make them again
 * from the ledger. The revisions published so far went in that shape, too; the numbers of new ones go on behind them.
 */
export class PackTallies1763800010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE election ADD COLUMN first_level_windows boolean;

      TRUNCATE tally, window_tally, result_revision;
      ALTER TABLE window_tally DROP CONSTRAINT window_tally_pkey;
      ALTER TABLE window_tally DROP COLUMN contest;
      ALTER TABLE window_tally ADD COLUMN size_ms integer NOT NULL CHECK (size_ms IN (10000, 60000, 3600000));
      ALTER TABLE window_tally ADD PRIMARY KEY (election, box, generation, unit, pane_start, size_ms);

      UPDATE box_position SET generation = generation + 1, next_seq = 0, chain = '', newest_ms = NULL, epoch = epoch + 1;
      ALTER TABLE box_position
        ADD COLUMN views json NOT NULL DEFAULT '[]',
        ADD COLUMN definition_version integer NOT NULL DEFAULT 0,
        ADD COLUMN wanted_generation integer NOT NULL DEFAULT 1,
        ADD COLUMN minutes_before_ms bigint,
        ADD COLUMN hours_before_ms bigint;
      ALTER TABLE result_revision ADD COLUMN replaces integer NOT NULL DEFAULT 0;
      COMMENT ON COLUMN result_revision.replaces IS 'so many revisions before it were thinned out and are merged into it';
      COMMENT ON COLUMN box_position.views IS 'names of the breakdowns that this generation counts';
      COMMENT ON COLUMN box_position.definition_version IS 'the definition that the views were last compared with';
      COMMENT ON COLUMN box_position.wanted_generation IS 'above generation: count the box anew from the ledger';
      COMMENT ON COLUMN box_position.minutes_before_ms IS 'panes that begin before this are a minute long, in this generation; hours_before_ms: an hour';
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
