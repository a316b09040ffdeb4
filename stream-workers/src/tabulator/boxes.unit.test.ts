import { compileStructure, NOTHING_ROLLED, type Election } from '@livetally/core/election'
import { describe, expect, test } from 'vitest'
import { crumbleton } from '../../../core/src/election/fixtures/index.js'
import { settle } from '../clock-under-test.js'
import { createBoxes } from './boxes.js'

const structure = compileStructure(crumbleton.definition)
const election: Election = { key: 1, slug: 'crumbleton', phase: 'OPEN', phaseVersion: 1, definitionVersion: 1, definitionId: 'first', opensAt: new Date(0), closesAt: new Date(1), structure }
const edited: Election = { ...election, definitionId: 'second', structure: compileStructure({ ...crumbleton.definition, breakdowns: [] }) }
const id = { election: 1, box: 0 }

/** Boxes over a database whose steps are noted; `nextSeq` is how far it has counted them. */
function setUp({ nextSeq = 4, known = election, now = known, fails = 0 }: { nextSeq?: number, known?: Election, now?: Election, fails?: number } = {}) {
  const steps: string[] = []
  let epoch = 0
  let left = fails
  const boxes = createBoxes({
    elections: { get: async () => known, reload: async () => now },
    store: {
      async claim({ box }, views) {
        epoch += 1
        steps.push(`claim ${epoch}: ${views.join(' ')}`)
        if (left > 0) {
          left -= 1
          throw new Error('Postgres is away')
        }
        return { election: 1, box, generation: 1, nextSeq, chain: '', epoch, newestAt: Number.NEGATIVE_INFINITY, views: [...views], rolled: NOTHING_ROLLED }
      },
      async load(claim) {
        steps.push(`load ${claim.epoch}`)
        return []
      },
    },
  })
  return { boxes, steps }
}

describe('a box in memory', () => {
  test('is claimed before it is loaded: what a former owner could still write is fenced off before it is read', async () => {
    const { boxes, steps } = setUp()
    const box = await boxes.own(id)
    expect(steps).toEqual(['claim 1: age crust age,crust', 'load 1'])
    expect([boxes.peek(id), boxes.all()]).toEqual([box, [box]])
  })

  test('is claimed once, however many ask for it meanwhile or later', async () => {
    const { boxes, steps } = setUp()
    const [one, other] = await Promise.all([boxes.own(id), boxes.own(id)])
    expect(other).toBe(one)
    expect(await boxes.own(id)).toBe(one)
    expect(steps).toHaveLength(2)
  })

  test('whose claim failed is claimed anew for whoever asks next', async () => {
    const { boxes, steps } = setUp({ fails: 1 })
    await expect(boxes.own(id)).rejects.toThrow('Postgres is away')
    expect((await boxes.own(id))?.claim.epoch).toBe(2)
    expect(steps).toHaveLength(3)
  })

  test('that counted nothing yet counts what the definition asks for now, not when somebody read it', async () => {
    const { boxes, steps } = setUp({ nextSeq: 0, now: edited })
    expect((await boxes.own(id))?.claim).toMatchObject({ epoch: 2, views: ['age', 'crust'] })
    expect(steps).toEqual(['claim 1: age crust age,crust', 'claim 2: age crust', 'load 2'])
    const counting = setUp({ nextSeq: 1, now: edited })
    expect((await counting.boxes.own(id))?.claim.epoch, 'what has counted something goes on as it began').toBe(1)
  })

  test('is none of a draft, of an election that is gone, or beyond the box of corrections', async () => {
    expect(await setUp({ known: { ...election, phase: 'DRAFT' } }).boxes.own(id)).toBeUndefined()
    expect(await createBoxes({ elections: { get: async () => undefined, reload: async () => undefined }, store: { claim: () => expect.unreachable(), load: async () => [] } }).own(id)).toBeUndefined()
    const { boxes } = setUp()
    expect([(await boxes.own({ election: 1, box: 2 }))?.claim.box, await boxes.own({ election: 1, box: 3 })]).toEqual([2, undefined])
  })

  test('is dropped only as long as no other object stands for it', async () => {
    const { boxes } = setUp()
    const old = await boxes.own(id)
    if (old === undefined) throw new Error('there is such a box')
    boxes.drop(old)
    const next = await boxes.own(id)
    boxes.drop(old)
    expect([boxes.peek(id), next?.claim.epoch]).toEqual([next, 2])
  })

  test('that is written under our claim is claimed by nobody before that has ended, well or not', async () => {
    for (const isWell of [true, false]) {
      const { boxes, steps } = setUp()
      const old = await boxes.own(id)
      if (old === undefined) throw new Error('there is such a box')
      let end = (): void => undefined
      const closing = boxes.closeWhile(old, () => new Promise<void>((resolve, reject) => { end = () => { if (isWell) resolve(); else reject(new Error('refused')) } }))
      const ended = closing.then(() => 'well', () => 'refused')
      const next = boxes.own(id)
      await settle()
      expect([boxes.peek(id), steps.length]).toEqual([undefined, 2])
      end()
      expect([await ended, (await next)?.claim.epoch]).toEqual([isWell ? 'well' : 'refused', 2])
    }
  })

  test('is forgotten once it is not ours, and the others are kept', async () => {
    const { boxes } = setUp()
    await boxes.own(id)
    const other = await boxes.own({ election: 1, box: 1 })
    boxes.keepOnly(({ box }) => box === 1)
    expect(boxes.all()).toEqual([other])
  })
})
