import { describe, expect, it } from 'vitest'
import { demoElection } from '../demo/demo-election.js'
import { localIdOf, shapeOfDefinition } from '../system/election-shape.js'
import { createElectorate, type SyntheticVoter } from './electorate.js'

const shape = shapeOfDefinition(demoElection({ eligibleVoters: 40_000 }))
const voters = [...createElectorate({ shape, seed: 42, voters: 12_000 }).voters()]

function shareOf(group: readonly SyntheticVoter[], contest: string, option: string): number {
  const marked = group.filter(({ selections }) => selections.some(({ contestId, optionIds }) => contestId.endsWith(`/${contest}`) && optionIds.some((id) => id.endsWith(`/${option}`))))
  return marked.length / group.length
}

const valueOf = ({ attributes }: SyntheticVoter, attribute: string) => attributes.find(({ attributeId }) => attributeId.endsWith(`/${attribute}`))?.valueId

const shareBy = (group: (voter: SyntheticVoter) => string | undefined, value: string) => shareOf(voters.filter((voter) => group(voter) === value), 'governor', 'samir-haddad')

const shareIn = (channel: string) => voters.filter((voter) => voter.channel === channel).length / voters.length

describe('a synthetic electorate', () => {
  it('is the same people with the same ballots for the same seed', () => {
    const again = createElectorate({ shape, seed: 42 })
    expect([...again.voters(300)].slice(0, 40)).toEqual(voters.slice(300, 340))
    expect(again.nameOf(again.voter(7))).toEqual(createElectorate({ shape, seed: 42, voters: 12_000 }).nameOf(again.voter(7)))
  })

  it('is other people for another seed', () => {
    const other = createElectorate({ shape, seed: 43 })
    expect(other.voter(7).voterId).not.toBe(voters[7]?.voterId)
    expect([...other.voters()].slice(0, 50).map(({ age }) => age)).not.toEqual(voters.slice(0, 50).map(({ age }) => age))
  })

  it('gives every voter an id and a key of their own', () => {
    expect(new Set(voters.map(({ voterId }) => voterId)).size).toBe(voters.length)
    expect(new Set(voters.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(voters.length)
  })

  it('sends no more voters from a place than are eligible there, and not the same share everywhere', () => {
    const byPlace = new Map<string, number>()
    for (const { place } of createElectorate({ shape, seed: 1 }).voters()) byPlace.set(place.id, (byPlace.get(place.id) ?? 0) + 1)
    const turnout = shape.places.map((place) => (byPlace.get(place.id) ?? 0) / (place.eligibleVoters ?? 0))
    expect(Math.max(...turnout)).toBeLessThan(0.85)
    expect(Math.min(...turnout)).toBeGreaterThan(0.4)
    expect(Math.max(...turnout) - Math.min(...turnout)).toBeGreaterThan(0.08)
  })

  it('prefers the candidate of the party it is registered with', () => {
    const registered = voters.filter((voter) => valueOf(voter, 'registered-party') === 'harbor')
    const others = voters.filter((voter) => valueOf(voter, 'registered-party') !== 'harbor')
    expect(shareOf(registered, 'governor', 'amara-okafor')).toBeGreaterThan(shareOf(others, 'governor', 'amara-okafor') + 0.2)
  })

  it('votes differently by education and by county', () => {
    expect(shareBy((voter) => valueOf(voter, 'education'), 'graduate')).toBeGreaterThan(shareBy((voter) => valueOf(voter, 'education'), 'high-school') + 0.05)
    const counties = ['alder', 'birch', 'cedar', 'dogwood'].map((county) => shareBy((voter) => voter.place.regionId.split('/').at(-1), county))
    expect(Math.max(...counties) - Math.min(...counties)).toBeGreaterThan(0.03)
  })

  it('leaves no candidate without votes and none with nearly all', () => {
    const shares = shape.contests.flatMap((contest) => {
      const group = voters.filter((voter) => voter.place.unitIds.has(contest.unitId))
      return contest.options.map((option) => shareOf(group, localIdOf(contest.id), localIdOf(option.id)))
    })
    expect(Math.min(...shares)).toBeGreaterThan(0.05)
    expect(Math.max(...shares)).toBeLessThan(0.7)
  })

  it('marks only contests of the voter\'s place, and too many options only now and then on paper', () => {
    const tooMany = voters.filter((voter) => voter.selections.some(({ contestId, optionIds }) => {
      const contest = shape.contests.find(({ id }) => id === contestId)
      expect(voter.place.unitIds.has(contest?.unitId ?? '')).toBe(true)
      expect(new Set(optionIds).size).toBe(optionIds.length)
      return optionIds.length > (contest?.votesAllowed ?? 0)
    }))
    expect(tooMany.length).toBeGreaterThan(0)
    expect(tooMany.length).toBeLessThan(voters.length / 100)
    expect(tooMany.every(({ channel }) => channel !== 'ONLINE')).toBe(true)
  })

  it('votes online in about one case of ten and by every other channel too', () => {
    expect(shareIn('ONLINE')).toBeGreaterThan(0.07)
    expect(shareIn('ONLINE')).toBeLessThan(0.14)
    for (const channel of ['ELECTION_DAY', 'EARLY', 'ABSENTEE_MAIL', 'PROVISIONAL']) expect(shareIn(channel)).toBeGreaterThan(0.01)
  })
})
