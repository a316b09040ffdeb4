import type { DataSource } from 'typeorm'
import { compileStructure, type ElectionDefinition } from '../../election/index.js'
import { ElectionEntity } from '../database/entities/index.js'
import { definitionTransaction } from '../database/transaction-time.js'
import { editDefinition, readBy, type DefinitionEdit } from './definition-edit.js'
import { insertDefinition } from './definition-rows.js'
import { readBoxes, readDefinition } from './stored-definition.js'

export interface DefinitionWriter {
  /** Returns the new election's key. */
  create(definition: ElectionDefinition, keyFingerprint: Buffer): Promise<number>
  edit(key: number, expectedVersion: number, definition: ElectionDefinition): Promise<DefinitionEdit>
  /** Fixes what publication fixes: the box of each leaf, the leaves of each unit, and the boxes themselves (the last one for corrections). */
  layOut(key: number): Promise<void>
}

/** Writes definitions, each in one transaction. */
export function createDefinitionWriter(dataSource: DataSource): DefinitionWriter {
  return {
    create: (definition, keyFingerprint) => definitionTransaction(dataSource, (manager) => insertDefinition(manager, definition, keyFingerprint)),
    edit: (key, expectedVersion, definition) => dataSource.transaction((manager) => editDefinition(manager, key, expectedVersion, definition)),
    layOut: (key) => layOut(dataSource, key),
  }
}

async function layOut(dataSource: DataSource, key: number): Promise<void> {
  await definitionTransaction(dataSource, async (manager) => {
    const row = await manager.findOne(ElectionEntity, { where: { key }, lock: { mode: 'pessimistic_write' } })
    if (row === null || row.phase !== 'DRAFT' || (await readBoxes(readBy(manager), key)) !== undefined) return
    const structure = compileStructure(await readDefinition(readBy(manager), row))
    const boxes = new Map(structure.leaves.map((leaf) => [leaf.id, leaf.box ?? 0]))
    await manager.query(
      'UPDATE reporting_unit u SET box = w.box FROM unnest($2::text[], $3::smallint[]) AS w (id, box) WHERE u.election = $1 AND u.id = w.id',
      [key, [...boxes.keys()], [...boxes.values()]])
    const members = [...structure.units.values()].flatMap((unit) => unit.leaves.map((leaf) => ({ unit: unit.id, leaf })))
    await manager.query(
      `INSERT INTO reporting_unit_member (election, unit, leaf) SELECT $1, w.unit, w.leaf FROM unnest($2::text[], $3::text[]) AS w (unit, leaf)`,
      [key, members.map(({ unit }) => unit), members.map(({ leaf }) => leaf)])
    await manager.query('INSERT INTO ballot_box (election, box) SELECT $1, generate_series(0, $2::integer)', [key, structure.correctionsBox])
  })
}
