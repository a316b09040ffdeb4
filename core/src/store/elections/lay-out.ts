import type { EntityManager } from 'typeorm'
import { compileStructure } from '../../election/index.js'
import { ElectionEntity } from '../database/entities/index.js'
import { readBy } from './definition-edit.js'
import { readDefinition } from './stored-definition.js'

/**
 * Fixes what publication fixes: the box of each leaf, the leaves of each unit, and the boxes themselves (the last one for
 * corrections). Leaves an election alone that is no draft. The draft stays locked until the transaction of `manager` ends,
 * which must be the one that publishes: a draft that is edited after it was laid out would have units without a box.
 */
export async function layOut(manager: EntityManager, key: number): Promise<void> {
  const row = await manager.findOne(ElectionEntity, { where: { key }, lock: { mode: 'pessimistic_write' } })
  if (row?.phase !== 'DRAFT') return
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
}
