import type { BoxEntry } from '../ballot.js'
import { additionsOfBallot } from '../counting/additions.js'
import { createTallyRows } from '../counting/tally-rows.js'
import type { Secrecy } from '../structure/secrecy.js'
import { fixedDivision, type Division } from './division.js'
import { createHeldChoices, type HeldChoices } from './held-choices.js'

/** Numbers the chunks in which ballots were released, by the rules that held them back. */
export interface ChunkNumbers {
  /** The chunk that the entry's ballot is in; undefined for what is no ballot of this election. */
  add(box: number, entry: BoxEntry): number | undefined
  /** The chunks as they were told: what was released together is one. */
  division(): Division
}

export function createChunkNumbers(secrecy: Secrecy): ChunkNumbers {
  const boxes = new Map<number, HeldChoices>()
  const current = new Map<string, { chunk: number, before: number | undefined }>()
  const ballots: number[] = []
  const together: [number, number][] = []

  const heldIn = (box: number): HeldChoices => {
    const held = boxes.get(box) ?? createHeldChoices({ secrecy, rows: createTallyRows([]), box, onRelease: () => undefined })
    boxes.set(box, held)
    return held
  }
  const begin = (before: number | undefined) => {
    ballots.push(0)
    return { chunk: ballots.length - 1, before }
  }
  const seal = (box: number, seq: number): void => {
    const joined = heldIn(box).release(seq)
    const prefix = `${box}/`
    for (const [name, { chunk, before }] of current) {
      if (!name.startsWith(prefix)) continue
      if (before !== undefined) together.push([chunk, before])
      const target = current.get(prefix + (joined.get(name.slice(prefix.length)) ?? ''))
      if (target !== undefined) together.push([chunk, target.chunk])
    }
  }
  return {
    add(box, entry) {
      if (entry.kind === 'SEAL') seal(box, entry.seq)
      if (entry.kind !== 'BALLOT') return undefined
      const cell = secrecy.cellOf(entry.unit)
      const additions = cell && additionsOfBallot(cell.layout, entry)
      if (cell === undefined || additions === undefined) return undefined
      const name = `${box}/${cell.id}/${secrecy.byChannel ? entry.channel : ''}`
      const mine = current.get(name) ?? begin(undefined)
      current.set(name, mine)
      ballots[mine.chunk] = (ballots[mine.chunk] ?? 0) + 1
      if (heldIn(box).add(entry.unit, entry.channel, additions, entry.seq)) current.set(name, begin(mine.chunk))
      return mine.chunk
    },
    division: () => fixedDivision({ names: ballots.map(String), ballots }, together),
  }
}
