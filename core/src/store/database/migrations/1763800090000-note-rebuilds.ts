import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * How far a next generation is written, in the transaction that writes it: a database that was restored meanwhile holds less
 * than the worker believes, under the same epoch, and must not switch to it.
 */
export class NoteRebuilds1763800090000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE box_position
        ADD COLUMN beside_generation integer NOT NULL DEFAULT 0,
        ADD COLUMN beside_seq bigint NOT NULL DEFAULT 0,
        ADD COLUMN beside_chain bytea NOT NULL DEFAULT '';
      COMMENT ON COLUMN box_position.beside_generation IS 'the generation that is written beside the one that counts; beside_seq and beside_chain: how far';
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
