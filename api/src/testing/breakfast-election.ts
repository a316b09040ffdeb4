import { checkDefinition, compileStructure, type Election, type ElectionDefinition, type ElectionDefinitionInput, type ElectionPhase } from '@livetally/core/election'
import { electionKeys, type KnownElection } from '@livetally/core/voting'

/** A small town decides over breakfast: three polling places in two wards, one contest for all and one for the north alone. */
export function breakfastDefinition(changes: Partial<ElectionDefinitionInput> = {}): ElectionDefinitionInput {
  return {
    slug: 'breakfast',
    name: 'Breakfast Referendum',
    timeZone: 'Europe/London',
    ballotSecrecy: 'OPEN',
    opensAt: '2026-01-01T06:00:00Z',
    closesAt: '2099-01-01T20:00:00Z',
    parties: [
      { id: 'batter', name: 'Batter Together', abbreviation: 'BAT', color: '#d9480f' },
      { id: 'oat', name: 'Oat Movement', abbreviation: 'OAT', color: '#2f9e44' },
    ],
    attributes: [
      { id: 'age', name: 'Age', values: [{ id: 'young', name: 'Young' }, { id: 'wise', name: 'Wise' }] },
      { id: 'hunger', name: 'Hunger', values: [{ id: 'peckish', name: 'Peckish' }, { id: 'starving', name: 'Starving' }] },
    ],
    breakdowns: [['age', 'hunger']],
    reportingUnits: [
      { id: 'town', name: 'Town of Crumpet', kind: 'CITY' },
      { id: 'north', name: 'North Ward', kind: 'WARD', parent: 'town' },
      { id: 'south', name: 'South Ward', kind: 'WARD', parent: 'town' },
      { id: 'n1', name: 'Hall 1', kind: 'POLLING_PLACE', parent: 'north', eligibleVoters: 100 },
      { id: 'n2', name: 'Hall 2', kind: 'POLLING_PLACE', parent: 'north', eligibleVoters: 50 },
      { id: 's10', name: 'Hall 10', kind: 'POLLING_PLACE', parent: 'south', eligibleVoters: 200 },
      { id: 'river', name: 'River District', kind: 'DISTRICT', composedOf: ['n2', 's10'] },
    ],
    contests: [
      {
        id: 'dish', title: 'Dish of the year', reportingUnit: 'town',
        options: [{ id: 'pancake', name: 'Pancake', party: 'batter' }, { id: 'waffle', name: 'Waffle', party: 'batter' }, { id: 'porridge', name: 'Porridge', party: 'oat' }, { id: 'toast', name: 'Toast' }],
      },
      {
        id: 'toppings', title: 'Toppings of the north', variation: 'N_OF_M', votesAllowed: 2, numberElected: 2, reportingUnit: 'north',
        options: [{ id: 'honey', name: 'Honey' }, { id: 'jam', name: 'Jam' }, { id: 'butter', name: 'Butter' }],
      },
    ],
    ...changes,
  }
}

export function checkedBreakfast(changes: Partial<ElectionDefinitionInput> = {}): ElectionDefinition {
  const check = checkDefinition(breakfastDefinition(changes))
  if (!check.ok) throw new Error(`The breakfast election is broken: ${JSON.stringify(check.problems)}`)
  return check.definition
}

/** The election as a process holds it, without a database: key 7, open, one ballot box per polling place unless `boxes` says otherwise. */
export function breakfastElection({ phase = 'OPEN', phaseVersion = 3, ...changes }: Partial<ElectionDefinitionInput> & { phase?: ElectionPhase, phaseVersion?: number } = {}): Election {
  const definition = checkedBreakfast({ boxes: 3, ...changes })
  return {
    key: 7, slug: definition.slug, phase, phaseVersion, definitionVersion: 1, definitionId: 'first',
    opensAt: new Date(definition.opensAt), closesAt: new Date(definition.closesAt), structure: compileStructure(definition),
  }
}

export const breakfastMasterKey = Buffer.alloc(32, 'maple syrup')

export function knownBreakfast(election = breakfastElection(), hasItsKey = true): KnownElection {
  return { election, keys: electionKeys(breakfastMasterKey, election.slug), hasItsKey }
}
