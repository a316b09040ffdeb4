import { compileStructure, findFixedEdits, type Election } from '@livetally/core/election'
import type { ElectionStore, PhaseChange } from '@livetally/core/store'
import type { Guards } from '../guards.js'
import { keysOf } from '../keys.js'
import type { SimulatedProcess } from '../process.js'
import { notSimulated } from './not-simulated.js'
import type { Postgres } from './postgres.js'
import { appendTicks } from './ticks.js'
import { idsOf, type ElectionRow } from './tables.js'

const LEADS_TO = { publish: 'SCHEDULED', open: 'OPEN', pause: 'PAUSED', resume: 'OPEN', close: 'CLOSED', certify: 'CERTIFIED' } as const
const COMES_FROM: Record<PhaseChange, readonly string[]> = { publish: ['DRAFT'], open: ['SCHEDULED'], pause: ['OPEN'], resume: ['PAUSED'], close: ['OPEN', 'PAUSED'], certify: ['CLOSED'] }

/** Elections and their phases. `change_phase` holds the locks of all boxes: one instant. */
export function createSimulatedElectionStore(process: SimulatedProcess, postgres: Postgres, guards: Guards): ElectionStore {
  const store: ElectionStore = {
    create: notSimulated('create'),
    loadBySlug: notSimulated('loadBySlug'),
    keyFingerprint: (key) => process.ask(postgres, `fingerprint of ${key}`, () => keysOf(postgres.tables.elections.get(key)?.slug ?? '').fingerprint),
    list: notSimulated('list'),
    edit: (key, expectedVersion, definition) => process.ask(postgres, `edit election ${key}`, () => {
      const row = postgres.tables.elections.get(key)
      if (row === undefined) return { ok: false as const, reason: 'NO_SUCH_ELECTION' as const }
      if (row.phase === 'CERTIFIED') return { ok: false as const, reason: 'CERTIFIED' as const }
      if (row.definitionVersion !== expectedVersion) return { ok: false as const, reason: 'CHANGED_MEANWHILE' as const, definitionVersion: row.definitionVersion }
      const problems = findFixedEdits(row.structure.definition, definition, { phase: row.phase, hasVoters: true })
      if (problems.length > 0) return { ok: false as const, reason: 'FIXED' as const, problems }
      Object.assign(row, { structure: compileStructure(definition), definitionVersion: expectedVersion + 1, definitionId: guards.has('id of a definition') ? postgres.makeId() : String(expectedVersion + 1) })
      return { ok: true as const, definitionVersion: row.definitionVersion }
    }),
    extend: notSimulated('extend'),
    extensions: notSimulated('extensions'),
    notAnnounced: notSimulated('notAnnounced'),
    noteAnnounced: notSimulated('noteAnnounced'),
    load: (key) => process.ask(postgres, `load election ${key}`, () => {
      const row = postgres.tables.elections.get(key)
      return row && electionOf(row)
    }),
    versions: () => process.ask(postgres, 'election versions', () => [...postgres.tables.elections.values()].map(({ key, slug, phase, phaseVersion, definitionId }) => ({ key, slug, phase, phaseVersion, definitionId }))),
    changePhase: (key, change) => process.ask(postgres, `${change} election ${key}`, () => {
      const row = postgres.tables.elections.get(key)
      if (row === undefined) throw new Error(`There is no election ${key}.`)
      const to = LEADS_TO[change]
      if (COMES_FROM[change].includes(row.phase)) changePhase(postgres, row, change, guards)
      else if (row.phase !== to) return { ok: false as const, phase: row.phase, message: `not possible while ${row.phase}` }
      return { ok: true as const, phase: row.phase, phaseVersion: row.phaseVersion }
    }),
    async runSchedule() {
      const due = await process.ask(postgres, 'elections due', () => [...postgres.tables.elections.values()].filter(({ phase, closesAt }) => (phase === 'OPEN' || phase === 'PAUSED') && closesAt <= postgres.now).map(({ key }) => key))
      for (const key of due) await store.changePhase(key, 'close')
      return due
    },
    async tickIdleBoxes(idleMs) {
      const keys = await process.ask(postgres, 'elections with imported time', () => [...postgres.tables.elections.keys()])
      let count = 0
      for (const key of keys) count += await process.ask(postgres, `tick idle boxes of ${key}`, () => {
        const row = postgres.tables.elections.get(key)
        return row === undefined ? 0 : appendTicks(postgres, row, idleMs)
      })
      return count
    },
    eligibleVoters: (key) => process.ask(postgres, `eligible voters of ${key}`, () => new Map(
      postgres.tables.elections.get(key)?.structure.leaves.flatMap(({ id, definition }) => definition.eligibleVoters === undefined ? [] : [[id, definition.eligibleVoters] as const]))),
  }
  return store
}

function changePhase(postgres: Postgres, row: ElectionRow, change: PhaseChange, guards: Guards): void {
  if (change === 'close') appendTicks(postgres, row, 0)
  row.phase = LEADS_TO[change]
  row.phaseVersion += 1
  row.phaseSince = postgres.sinceStart
  if (change === 'close') row.closesAt = Math.max(Math.min(row.closesAt, postgres.now), row.opensAt + 1_000)
  const isSealed = (box: number): boolean => change === 'certify' || (change === 'close' && box < row.structure.correctionsBox)
  for (const [key, box] of postgres.tables.boxes) {
    const id = idsOf(key)
    if (id.election === row.key && isSealed(id.box) && guards.has('sealed box')) box.sealedSeq ??= box.nextSeq
  }
}

function electionOf({ key, slug, phase, phaseVersion, definitionVersion, definitionId, opensAt, closesAt, structure }: ElectionRow): Election {
  return { key, slug, phase, phaseVersion, definitionVersion, definitionId, opensAt: new Date(opensAt), closesAt: new Date(closesAt), structure }
}
