import { createProblems } from './problems.js'
import type { ToldAnew } from './published-counts.js'
import type { StoredRevision } from './stored-counts.js'

/** Heads of the boxes as the ledger has them; the last one is for corrections. `ballots`: how many of its entries it says are ballots. */
export interface BoxHead { box: number, nextSeq: number, ballots: number, chain: string, sealedSeq: number | null }

/** What kept revisions say of each other, whatever the ledger holds. */
export interface RevisionRules {
  /** Call for each kept revision in its order, before its rows are taken. */
  begin(revision: StoredRevision): void
  /** Hears of each cell that it tells anew. */
  take(change: ToldAnew): void
  /** Call after its rows were taken. */
  end(): void
  readonly vectors: string[]
  readonly falls: string[]
  readonly finality: string[]
  readonly seals: string[]
  /** What may be as it is, and somebody should know. */
  readonly remarks: string[]
}

const COMPLETE: ReadonlySet<string> = new Set(['UNOFFICIAL_COMPLETE', 'CORRECTION', 'RECOUNT', 'CERTIFIED'])

/** True of a revision that says that everything of the ballot boxes is in it. */
export function isCompleteStatus(status: string): boolean {
  return COMPLETE.has(status)
}

export function createRevisionRules(heads: readonly BoxHead[]): RevisionRules {
  const vectors = createProblems()
  const falls = createProblems()
  const finality = createProblems()
  const seals = createProblems()
  const remarks = createProblems(5)
  const former = new Map<number, { generation: number, nextSeq: number }>()
  const correctionsBox = Math.max(...heads.map(({ box }) => box))
  let number = 0
  let finalUntil: number | null = null
  let formerFinal: number | null = null
  let isCountedAnew = false
  let isCorrected = false
  let fallen: ToldAnew[] = []

  const judgeVector = ({ revision, vector }: StoredRevision): void => {
    isCountedAnew = false
    isCorrected = false
    for (const { box, generation, nextSeq } of vector) {
      const before = former.get(box) ?? { generation, nextSeq: 0 }
      if (generation < before.generation || (generation === before.generation && nextSeq < before.nextSeq)) vectors.add(`revision ${revision} takes box ${box} back from entry ${before.nextSeq} to entry ${nextSeq}`)
      if (generation !== before.generation) isCountedAnew = true
      if (box === correctionsBox && nextSeq > before.nextSeq) isCorrected = true
      const head = heads.find((one) => one.box === box)
      if (head === undefined || nextSeq > head.nextSeq) vectors.add(`revision ${revision} names entry ${nextSeq} of box ${box}, which holds ${head?.nextSeq ?? 0}`)
      former.set(box, { generation, nextSeq })
    }
    for (const box of former.keys()) if (!vector.some((entry) => entry.box === box)) vectors.add(`revision ${revision} leaves box ${box} out`)
  }
  const judgeStatus = ({ revision, status, vector }: StoredRevision): void => {
    if (!isCompleteStatus(status)) return
    for (const { box, sealedSeq } of heads) {
      if (box === correctionsBox && status !== 'CERTIFIED') continue
      const nextSeq = vector.find((entry) => entry.box === box)?.nextSeq ?? 0
      if (nextSeq !== sealedSeq) seals.add(`revision ${revision} says ${status} with box ${box} at entry ${nextSeq}, which ${sealedSeq === null ? 'is not sealed' : `ends at entry ${sealedSeq}`}`)
    }
  }
  return {
    begin(revision) {
      const previous = number
      number = revision.revision
      // Where a number was given to a revision whose commit was never confirmed, a full one follows.
      if (!revision.isFull && revision.revision - revision.replaces !== previous + 1) vectors.add(`revision ${previous + 1} is missing`)
      judgeVector(revision)
      judgeStatus(revision)
      formerFinal = finalUntil
      finalUntil = revision.finalUntil
      if (formerFinal !== null && (finalUntil === null || finalUntil < formerFinal)) finality.add(`revision ${number} takes back that windows were final`)
    },
    take({ cell, before, after }) {
      const [view = '', key = '', place] = cell.split('|')
      if (view === 'place' && after < before && !isCorrected) fallen.push({ cell, before, after })
      if (view === 'frontier' && place === '0' && after < before) falls.add(`revision ${number}: the frontier of ${key} went back from entry ${before} to entry ${after}`)
      if (view === 'pane' && formerFinal !== null && !isCountedAnew && endOfPane(key) <= formerFinal) finality.add(`revision ${number}: ${cell}, which was final, became ${after} from ${before}`)
    },
    end() {
      // Where choices of wider units give way to those of places, cells fall and totals do not.
      const isMovedToPlaces = fallen.some(({ cell, after }) => after === 0 && cell.includes('~'))
      for (const { cell, before, after } of isMovedToPlaces ? [] : fallen) {
        if (isCountedAnew) remarks.add(`revision ${number}: ${cell} fell from ${before} to ${after} when a box was counted anew`)
        else falls.add(`revision ${number}: ${cell} fell from ${before} to ${after}, and no correction says so`)
      }
      fallen = []
    },
    get vectors() { return vectors.all },
    get falls() { return falls.all },
    get finality() { return finality.all },
    get seals() { return seals.all },
    get remarks() { return remarks.all },
  }
}

function endOfPane(key: string): number {
  const [, start, size = '10000'] = key.split('/')
  return Number(start) + Number(size)
}
