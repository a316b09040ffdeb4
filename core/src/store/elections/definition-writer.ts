import type { DataSource } from 'typeorm'
import type { ElectionDefinition } from '../../election/index.js'
import { definitionTransaction } from '../database/transaction-time.js'
import { editDefinition, readBy, type DefinitionEdit } from './definition-edit.js'
import { insertDefinition } from './definition-rows.js'
import { layOut } from './lay-out.js'
import { changeStoredPhase, type ChangedPhase } from './phase-change.js'

export interface DefinitionWriter {
  /** Returns the new election's key. */
  create(definition: ElectionDefinition, keyFingerprint: Buffer): Promise<number>
  edit(key: number, expectedVersion: number, definition: ElectionDefinition): Promise<DefinitionEdit>
  /** Lays a draft out and has it published, in one transaction. Undefined if there is no such election. */
  publish(key: number): Promise<ChangedPhase | undefined>
}

/** Writes definitions, each in one transaction. */
export function createDefinitionWriter(dataSource: DataSource): DefinitionWriter {
  return {
    create: (definition, keyFingerprint) => definitionTransaction(dataSource, (manager) => insertDefinition(manager, definition, keyFingerprint)),
    edit: (key, expectedVersion, definition) => dataSource.transaction((manager) => editDefinition(manager, key, expectedVersion, definition)),
    publish: (key) => definitionTransaction(dataSource, async (manager) => {
      await layOut(manager, key)
      return changeStoredPhase(readBy(manager), key, 'publish')
    }),
  }
}
