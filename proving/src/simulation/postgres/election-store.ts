import { compileStructure, findFixedEdits, type Election } from '@livetally/core/election'
import type { ElectionStore, PhaseChange } from '@livetally/core/store'
import type { Guards } from '../guards.js'
import { keysOf } from '../keys.js'
import type { SimulatedProcess } from '../process.js'
import { sealBallotBoxes } from './closing.js'
import { extend } from './extend.js'
import { notSimulated } from './not-simulated.js'
import type { Postgres } from './postgres.js'
import { countUnpublished, isNewestDone } from './revision-store.js'
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
    extend: (key, wanted) => process.ask(postgres, `extend election ${key}`, () => extend(postgres, key, wanted)),
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
      const unpublished = change === 'certify' && row.phase === 'CLOSED' ? countUnpublished(postgres, key) : 0
      if (change === 'certify' && row.phase === 'CLOSED' && unpublished === 0 && guards.has('certified when published') && !isNewestDone(postgres, key)) return { ok: false as const, phase: row.phase, message: 'the results are not complete yet' }
      if (unpublished > 0 && guards.has('certified when published')) return { ok: false as const, phase: row.phase, message: `${unpublished} entries are not published yet` }
      if (unpublished > 0) postgres.certifiedEarly.add(key)
      if (COMES_FROM[change].includes(row.phase)) changePhase(postgres, row, change, guards)
      else if (row.phase !== to) return { ok: false as const, phase: row.phase, message: `not possible while ${row.phase}` }
      return { ok: true as const, phase: row.phase, phaseVersion: row.phaseVersion }
    }),
    /** What a statement sees of a table is older than what its clock says: two instants. */
    async runSchedule() {
      const seen = await process.ask(postgres, 'elections', () => [...postgres.tables.elections.values()].filter(({ phase }) => phase === 'OPEN' || phase === 'PAUSED').map(({ key, closesAt }) => ({ key, closesAt })))
      const due = await process.ask(postgres, 'elections due', () => seen.filter(({ closesAt }) => closesAt <= postgres.now).map(({ key }) => key))
      const closed: number[] = []
      for (const key of due) if (await process.ask(postgres, `close election ${key} by the clock`, () => closeByClock(postgres, key, guards))) closed.push(key)
      return closed
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

/** As `follow_schedule`: looks again under the locks. */
function closeByClock(postgres: Postgres, key: number, guards: Guards): boolean {
  const row = postgres.tables.elections.get(key)
  if (row === undefined || !COMES_FROM.close.includes(row.phase) || (row.closesAt > postgres.now && guards.has('closing time under the locks'))) return false
  changePhase(postgres, row, 'close', guards)
  row.closedByClockAt = postgres.now
  return true
}

function changePhase(postgres: Postgres, row: ElectionRow, change: PhaseChange, guards: Guards): void {
  row.phase = LEADS_TO[change]
  row.phaseVersion += 1
  row.phaseSince = postgres.sinceStart
  if (change === 'close') {
    row.closesAt = Math.max(Math.min(row.closesAt, postgres.now), row.opensAt + 1)
    sealBallotBoxes(postgres, row, guards)
  }
  if (change !== 'certify' || !guards.has('sealed box')) return
  for (const [key, box] of postgres.tables.boxes) if (idsOf(key).election === row.key) box.sealedSeq ??= box.nextSeq
}

function electionOf({ key, slug, phase, phaseVersion, definitionVersion, definitionId, opensAt, closesAt, structure }: ElectionRow): Election {
  return { key, slug, phase, phaseVersion, definitionVersion, definitionId, opensAt: new Date(opensAt), closesAt: new Date(closesAt), structure }
}
