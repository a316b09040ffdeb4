import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BallotEntry, BoxEntry } from '../ballot.js'
import { compileStructure, type Structure } from '../structure/structure.js'
import { createGroupRelease, PLACES, type JoinedSets } from './group-release.js'
import { jamTown, jamVotes, sealOf } from './jam-town.js'

const decide = (structure: Structure, boxes: readonly (readonly BoxEntry[])[], names: readonly string[], known: readonly JoinedSets[] = []): JoinedSets[] => {
  const release = createGroupRelease(structure, names, known)
  boxes.forEach((entries, box) => { for (const entry of entries) release.add(box, entry) })
  return release.decide()
}
const aged = (ballots: readonly BallotEntry[], ages: string): BallotEntry[] => ballots.map((ballot, at) => ({ ...ballot, attributes: { age: ages[at % ages.length] === 'y' ? 'young' : 'old' } }))
const sealed = (ballots: readonly BallotEntry[]): BoxEntry[] => [...ballots, sealOf(ballots)]

describe('groups of voters whose choices are told together', () => {
  test('are none where all are large and mixed with all others', () => {
    expect(decide(jamTown(), [sealed(aged(jamVotes('quay', 'pf'.repeat(40)), 'yo'))], ['age'])).toEqual([{ names: 'age', joined: [] }])
  })

  test('are those of fewer than ten ballots, and as many of the next smallest as it takes', () => {
    expect(decide(jamTown(), [sealed(aged(jamVotes('quay', 'pf'.repeat(40)), `${'y'.repeat(19)}o`))], ['age'])).toEqual([{ names: 'age', joined: ['old', 'young'] }])
  })

  test('are decided in steps, one for each two ways to divide at least, so that nobody is silent meanwhile', () => {
    const release = createGroupRelease(jamTown(), ['age'], [])
    const ballots = sealed(aged(jamVotes('quay', 'pf'.repeat(40)), `${'y'.repeat(19)}o`))
    for (const entry of ballots) release.add(0, entry)
    const steps = release.decideInSteps()
    let count = 0
    let step = steps.next()
    for (; step.done !== true; step = steps.next()) count += 1
    expect(step.value).toEqual(decide(jamTown(), [ballots], ['age']))
    expect(count).toBeGreaterThanOrEqual(2)
  })

  test('are told apart although small, if they were before: what is published stays', () => {
    const ballots = [sealed(aged(jamVotes('quay', 'pf'.repeat(40)), `${'y'.repeat(19)}o`))]
    expect(decide(jamTown(), ballots, ['age'], [{ names: 'age', joined: [] }])).toEqual([])
  })

  test('are those of a place where all but one are of groups that live nowhere else', () => {
    // The quay is young but for three; the mill is old. Young and mill, taken from all, would leave these three.
    const quay = aged(jamVotes('quay', 'pf'.repeat(20)), `${'y'.repeat(37)}ooo`)
    const mill = aged(jamVotes('mill', 'pf'.repeat(20), 40), 'o')
    expect(decide(jamTown(), [sealed([...quay, ...mill])], ['age'])).toEqual([{ names: 'age', joined: ['old', 'young'] }])
  })

  test('are those that only a small place without a neighbour has in common: its few ballots would tell of each other', () => {
    // The quay is young, the dock is old; three at the mill, who are shown alone, are of both.
    const quay = aged(jamVotes('quay', 'pf'.repeat(20)), 'y')
    const dock = aged(jamVotes('dock', 'pf'.repeat(20), 40), 'o')
    const mill = aged(jamVotes('mill', 'ppf', 80), 'yoo')
    expect(decide(jamTown(), [sealed([...quay, ...dock])], ['age'])).toEqual([{ names: 'age', joined: [] }])
    expect(decide(jamTown(), [sealed([...quay, ...dock, ...mill])], ['age'])).toEqual([{ names: 'age', joined: ['old', 'young'] }])
  })

  test('are judged contest by contest: a large group may have one voter in a district', () => {
    const structure = jamTown({ contests: [...jamTown().definition.contests, { id: 'pier', title: 'A longer pier', reportingUnit: 'harbour', options: [{ id: 'yes', name: 'Yes' }, { id: 'no', name: 'No' }] }] })
    const quay = aged(jamVotes('quay', 'pf'.repeat(20)), `o${'y'.repeat(39)}`)
    const mill = aged(jamVotes('mill', 'pf'.repeat(20), 40), 'oy')
    // Without the contest of the district nothing tells of the one who is old there.
    expect(decide(jamTown(), [sealed([...quay, ...mill])], ['age'])).toEqual([{ names: 'age', joined: [] }])
    expect(decide(structure, [sealed([...quay, ...mill])], ['age'])).toEqual([{ names: 'age', joined: ['old', 'young'] }])
    const even = aged(jamVotes('quay', 'pf'.repeat(20)), 'oy')
    expect(decide(structure, [sealed([...even, ...mill])], ['age'])).toEqual([{ names: 'age', joined: [] }])
    // Of 21 who are old one votes in the district, mixed well with all others there.
    const some = aged(jamVotes('quay', 'pf'.repeat(20)), `${'y'.repeat(20)}o${'y'.repeat(19)}`)
    expect(decide(structure, [sealed([...some, ...mill])], ['age'])[0]?.joined).toEqual(['old', 'young'])
  })

  test('and places of wide release units: one with few ballots is told with its smallest neighbour', () => {
    const ballots = [...jamVotes('quay', 'pf'.repeat(20)), ...jamVotes('pier', 'ppf', 40), ...jamVotes('dock', 'pf'.repeat(15), 43)]
    expect(decide(jamTown({ releaseUnits: 'WARD' }), [sealed(ballots)], [])).toEqual([{ names: PLACES, joined: ['pier,dock'] }])
  })
})

const LEAST = 5
const town = fc.record({
  ballots: fc.array(fc.record({ place: fc.constantFrom('quay', 'pier', 'dock', 'mill'), mark: fc.constantFrom('p', 'f', '-'), age: fc.constantFrom('young', 'old', 'unknown'), pet: fc.constantFrom('cat', 'dog', 'fish', 'newt') }), { maxLength: 160, size: 'max' }),
  skew: fc.boolean(),
})

describe('in any town', () => {
  test('no group that is told has fewer ballots than the release size, unless it is all there is, and the decision is always the same', () => {
    const met = { several: 0, smallest: 0 }
    fc.assert(fc.property(town, ({ ballots, skew }) => {
      const structure = compileStructure({ ...jamTown().definition, releaseSize: LEAST, attributes: [...jamTown().definition.attributes, { id: 'pet', name: 'Pet', values: ['cat', 'dog', 'fish', 'newt'].map((id) => ({ id, name: id })) }], breakdowns: [['age', 'pet']] })
      const cast = ballots.map(({ place, mark, age, pet }, at): BallotEntry => {
        const [ballot] = jamVotes(skew && at % 3 > 0 ? 'quay' : place, mark, at)
        if (ballot === undefined) throw new Error('one letter is one ballot')
        return { ...ballot, attributes: { ...age === 'unknown' ? {} : { age }, pet: skew ? place === 'mill' ? 'newt' : pet : pet } }
      })
      const decided = decide(structure, [sealed(cast)], ['age', 'pet', 'age,pet'])
      expect(decide(structure, [sealed(cast)], ['age', 'pet', 'age,pet'])).toEqual(decided)
      for (const { names, joined } of decided) {
        const sizes = new Map<string, number>()
        for (const { attributes } of cast) {
          const values = names.split(',').map((name) => attributes[name] ?? '_unknown').join(',')
          const group = joined.includes(values) ? '_other' : values
          sizes.set(group, (sizes.get(group) ?? 0) + 1)
        }
        const apart = sizes.size > 1 ? [...sizes] : []
        expect(apart.filter(([, size]) => size < LEAST), names).toEqual([])
        met.several += apart.length > 0 ? 1 : 0
        met.smallest += apart.some(([, size]) => size === LEAST) ? 1 : 0
      }
    }), { numRuns: 300 })
    expect(met.several, 'where groups are told apart at all').toBeGreaterThan(50)
    expect(met.smallest, 'groups of the release size').toBeGreaterThan(0)
  })
})
