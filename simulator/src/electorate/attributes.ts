import { localIdOf, type AttributeShape } from '../system/election-shape.js'
import type { Random } from './random.js'
import type { Person } from './people.js'
import { distance, viewsOfParty, type Views } from './views.js'

export interface AttributeValue { attributeId: string, valueId: string }

const AGE_STEPS = [30, 45, 65]

/**
 * The voter's value of each attribute of the election. Attributes called `age-group`, `gender`, `education`, `income`
 * and `registered-party` follow from the person, taking their values as listed from low to high; others are drawn evenly.
 */
export function drawAttributes(random: Random, attributes: readonly AttributeShape[], person: Person, views: Views): AttributeValue[] {
  return attributes.flatMap((attribute) => {
    const valueId = attribute.values[indexOf(random, attribute, person, views)]
    return valueId === undefined ? [] : [{ attributeId: attribute.id, valueId }]
  })
}

/** The party that a voter's attributes say they are registered with; null for none or an election without parties on its roll. */
export function registeredPartyOf(values: readonly AttributeValue[]): string | null {
  return values.find(({ attributeId }) => localIdOf(attributeId) === 'registered-party')?.valueId ?? null
}

function indexOf(random: Random, { localId, values }: AttributeShape, person: Person, views: Views): number {
  switch (localId) {
    case 'age-group': return values.length === AGE_STEPS.length + 1 ? AGE_STEPS.filter((step) => person.age >= step).length : level((person.age - 18) / 80, values)
    case 'gender': return Math.max(0, values.indexOf(person.gender))
    case 'education': return level(person.education, values)
    case 'income': return level(person.income, values)
    case 'registered-party': return random.weighted(values.map((party) => party === 'none' ? 0.55 : Math.exp(-3 * distance(views, viewsOfParty(party)))))
    default: return random.below(values.length)
  }
}

function level(share: number, { length }: readonly string[]): number {
  return Math.min(length - 1, Math.max(0, Math.floor(share * length)))
}
