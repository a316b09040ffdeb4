import { compileStructure, type ElectionDefinition } from '@livetally/core/election'
import { expect, test } from 'vitest'
import { allGuardsBut } from '../guards.js'
import { judgeSeals } from '../judge-seals.js'
import { drawFrom } from '../random.js'
import { createSchedule } from '../schedule.js'
import { foundTown } from '../town.js'
import { lastGranuleBefore, sealBallotBoxes } from './closing.js'
import { createPostgres, type Postgres } from './postgres.js'
import { idsOf, type ElectionRow } from './tables.js'

const NOON = Date.parse('2031-05-04T12:00:00Z')

/** An election of two ballot boxes that closes at noon, half a second past. */
function openElection(time: Partial<ElectionDefinition['time']>): { postgres: Postgres, row: ElectionRow } {
  const random = drawFrom('closing')
  const postgres = createPostgres(createSchedule(random, false), NOON)
  foundTown(random, postgres, 20_000)
  const [row] = postgres.tables.elections.values()
  if (row === undefined) throw new Error('The town holds no election.')
  const { definition } = row.structure
  Object.assign(row, { closesAt: NOON + 500, structure: compileStructure({ ...definition, boxes: 2, time: { ...definition.time, source: 'DATABASE', granularityMs: 1_000, ...time } }) })
  postgres.tables.boxes.clear()
  for (let box = 0; box <= 2; box += 1) postgres.tables.boxes.set(`${row.key}/${box}`, { nextSeq: 0, chain: '', sealedSeq: null, lastCastAt: Number.NEGATIVE_INFINITY, newestAt: Number.NEGATIVE_INFINITY, entries: [] })
  return { postgres, row }
}

const sealsOf = ({ tables }: Postgres): unknown[] => [...tables.boxes].map(([id, { entries, sealedSeq }]) => [idsOf(id).box, sealedSeq, ...entries.map(({ kind, castAt }) => `${kind} at ${castAt - NOON}`)])

test('every ballot box ends with a seal of the last second of voting, and the box of corrections stays open', () => {
  const { postgres, row } = openElection({})
  sealBallotBoxes(postgres, row, allGuardsBut())
  expect(sealsOf(postgres)).toEqual([[0, 1, 'SEAL at 0'], [1, 1, 'SEAL at 0'], [2, null]])
  row.phase = 'CLOSED'
  expect(judgeSeals(postgres.tables)).toEqual([])
})

test('a seal never lies before what a box has said to be final', () => {
  const { postgres, row } = openElection({})
  Object.assign(postgres.tables.boxes.get(`${row.key}/1`) ?? {}, { lastCastAt: NOON + 3_000 })
  sealBallotBoxes(postgres, row, allGuardsBut())
  expect(sealsOf(postgres)).toEqual([[0, 1, 'SEAL at 3000'], [1, 1, 'SEAL at 3000'], [2, null]])
})

test('with imported time the seals say the newest time of any box, and that of the closing where nobody voted', () => {
  const { postgres, row } = openElection({ source: 'IMPORTED' })
  Object.assign(postgres.tables.boxes.get(`${row.key}/0`) ?? {}, { newestAt: NOON - 42_000, lastCastAt: NOON })
  sealBallotBoxes(postgres, row, allGuardsBut())
  expect(sealsOf(postgres)).toEqual([[0, 1, 'SEAL at -42000'], [1, 1, 'SEAL at -42000'], [2, null]])
  const { postgres: empty, row: nobody } = openElection({ source: 'IMPORTED' })
  sealBallotBoxes(empty, nobody, allGuardsBut())
  expect(sealsOf(empty)).toEqual([[0, 1, 'SEAL at 0'], [1, 1, 'SEAL at 0'], [2, null]])
})

test('the last second before an instant begins before it', () => {
  const { row } = openElection({})
  expect([0, 1, 500, 999, 1_000, 1_001].map((ms) => lastGranuleBefore(row, NOON + ms) - NOON)).toEqual([-1_000, 0, 0, 0, 0, 1_000])
})

test('a box that was closed without a seal, or with one of another time, is noticed', () => {
  const { postgres, row } = openElection({})
  sealBallotBoxes(postgres, row, allGuardsBut())
  row.phase = 'CLOSED'
  const box = postgres.tables.boxes.get(`${row.key}/1`)
  const [seal] = box?.entries.splice(0) ?? []
  expect(judgeSeals(postgres.tables)).toHaveLength(1)
  if (seal !== undefined) box?.entries.push({ ...seal, castAt: seal.castAt + 1_000 })
  expect(judgeSeals(postgres.tables)).not.toEqual([])
})
