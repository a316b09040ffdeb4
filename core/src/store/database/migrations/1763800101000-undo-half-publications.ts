import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Publication was two transactions: a process that died between them left a draft with boxes, of which units that were added
 * later had none. Such drafts, in which nobody can have voted, become drafts like others. Publication is one transaction now.
 */
export class UndoHalfPublications1763800101000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const drafts = `SELECT key FROM election WHERE phase = 'DRAFT'`
    for (const table of ['relay_position', 'box_position', 'ballot_box', 'reporting_unit_member']) await runner.query(`DELETE FROM ${table} WHERE election IN (${drafts})`)
    await runner.query(`UPDATE reporting_unit SET box = NULL WHERE box IS NOT NULL AND election IN (${drafts})`)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward. Restore a backup to go back.')
  }
}
