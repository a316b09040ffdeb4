import { describe, expect, it } from 'vitest'
import { demoElection } from '../demo/demo-election.js'
import { createElectorate } from '../electorate/electorate.js'
import { shapeOfDefinition } from '../system/election-shape.js'
import type { NewVoter } from '../system/voters.js'
import { createWholeRoll } from './whole-roll.js'

const shape = shapeOfDefinition(demoElection({ eligibleVoters: 12_000 }))
const electorate = createElectorate({ shape, seed: 42 })
const roll = createWholeRoll(shape, electorate, '42')
const people = Array.from({ length: roll.size }, (_, number) => roll.entry(number))
const countBy = <Item>(items: Iterable<Item>, of: (item: Item) => string | undefined): Map<string | undefined, number> => {
  const counts = new Map<string | undefined, number>()
  for (const item of items) counts.set(of(item), (counts.get(of(item)) ?? 0) + 1)
  return counts
}
const valueOf = ({ attributes = [] }: Pick<NewVoter, 'attributes'>, attribute: string): string | undefined => attributes.find(({ attributeId }) => attributeId.endsWith(`/${attribute}`))?.valueId

describe('the roll of a synthetic electorate', () => {
  it('names as many people at each place as may vote there, each once', () => {
    expect(roll.size).toBe(12_000)
    expect(new Set(people.map(({ voterId }) => voterId)).size).toBe(12_000)
    const byPlace = countBy(people, ({ reportingUnitId }) => reportingUnitId)
    expect(shape.places.map(({ id }) => byPlace.get(id))).toEqual(shape.places.map(({ eligibleVoters }) => eligibleVoters))
  })

  it('holds everybody who votes on paper, as they vote, and nobody who will register for voting online', () => {
    const known = new Map(people.map((person) => [person.voterId, person]))
    const voters = [...electorate.voters()]
    const [online, onPaper] = [voters.filter(({ channel }) => channel === 'ONLINE'), voters.filter(({ channel }) => channel !== 'ONLINE')]
    expect(online.length).toBeGreaterThan(500)
    expect(online.filter(({ voterId }) => known.has(voterId))).toEqual([])
    expect(onPaper.map(({ voterId }) => known.get(voterId))).toEqual(onPaper.map(({ voterId, place, channel, attributes }) => ({ voterId, reportingUnitId: place.id, channel, attributes })))
  })

  it('lets the old and the learned vote more often than the young and those who left school early', () => {
    const turnout = (attribute: string, value: string): number => {
      const voted = countBy([...electorate.voters()].filter(({ channel }) => channel !== 'ONLINE'), (voter) => valueOf(voter, attribute)).get(value) ?? 0
      return voted / (countBy(people, (person) => valueOf(person, attribute)).get(value) ?? 0)
    }
    expect(turnout('age-group', 'age-65-up')).toBeGreaterThan(turnout('age-group', 'age-18-29') + 0.1)
    expect(turnout('education', 'graduate')).toBeGreaterThan(turnout('education', 'high-school') + 0.1)
  })

  it('is the same people again for the same seed, and ends where it ends', () => {
    expect(createWholeRoll(shape, electorate, '42').entry(11_999)).toEqual(people[11_999])
    expect(() => roll.entry(12_000)).toThrow('no entry 12000')
  })
})
