import { localIdOf, type ContestShape, type ElectionShape, type PlaceShape } from '../system/election-shape.js'
import type { Selection } from '../system/cast-votes.js'
import { createRandom, type Random } from './random.js'
import { distance, viewsOfParty, type Views } from './views.js'

/**
 * How a synthetic voter chooses. The utility of option o for voter v at place p is
 *
 *     U(v, o, p) = standing(o) + local(o, p) + loyalty · [v is registered with o's party] − sharpness · |views(v) − views(party of o)|²
 *
 * and v marks o with probability exp U / Σ exp U (softmax). Standing and local are drawn once per option, and per
 * option and place, from their ids: they are the same for every seed. Views come from age, gender, education, income
 * and region (`views.ts`), so every group and every place votes differently. In contests of several marks the next one
 * is drawn among the options left. Some contests are left blank, more often the further down the ballot; about one
 * paper ballot in 500 carries a mark too many.
 */
export const MODEL = { standing: 0.35, local: 0.3, loyalty: 1.7, sharpness: 1.5, blankFirst: 0.01, blankStep: 0.03, fewerMarks: 0.18, oneTooMany: 0.002 }

/** What a voter brings to the ballot paper. */
export interface Chooser {
  views: Views
  registeredParty: string | null
  place: PlaceShape
  /** Only paper lets a voter mark too many. */
  isOnPaper: boolean
}

export interface Preferences {
  /** Marks on every contest of the voter's ballot; contests left blank are missing. */
  choose(random: Random, chooser: Chooser): Selection[]
  /** The chance of each option to get the first mark, in ballot order. */
  chancesOf(contest: ContestShape, chooser: Chooser): number[]
}

export function createPreferences(shape: ElectionShape): Preferences {
  const contestsOf = rememberByPlace(shape)
  const tastes = rememberTastes()
  const chancesOf = (contest: ContestShape, chooser: Chooser): number[] => {
    const weights = contest.options.map((option) => {
      const party = option.partyId === null ? null : localIdOf(option.partyId)
      const loyalty = party !== null && party === chooser.registeredParty ? MODEL.loyalty : 0
      const disagreement = party === null ? 0.6 : distance(chooser.views, viewsOfParty(party))
      return Math.exp(tastes(option.id, chooser.place.id) + loyalty - MODEL.sharpness * disagreement)
    })
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return weights.map((weight) => weight / total)
  }
  return {
    chancesOf,
    choose: (random, chooser) => contestsOf(chooser.place).flatMap((contest, at) => {
      if (random.next() < MODEL.blankFirst + MODEL.blankStep * Math.min(at, 4)) return []
      const chances = chancesOf(contest, chooser)
      return [{ contestId: contest.id, optionIds: drawMarks(random, contest, chances, marksFor(random, contest, chooser)) }]
    }),
  }
}

function marksFor(random: Random, { votesAllowed, options }: ContestShape, { isOnPaper }: Chooser): number {
  if (isOnPaper && random.next() < MODEL.oneTooMany) return Math.min(votesAllowed + 1, options.length)
  let marks = votesAllowed
  while (marks > 1 && random.next() < MODEL.fewerMarks) marks -= 1
  return Math.min(marks, options.length)
}

function drawMarks(random: Random, { options }: ContestShape, chances: readonly number[], marks: number): string[] {
  const left = [...chances]
  return Array.from({ length: marks }, () => {
    const at = random.weighted(left)
    left[at] = 0
    return options[at]?.id ?? ''
  })
}

function rememberByPlace(shape: ElectionShape): (place: PlaceShape) => readonly ContestShape[] {
  const known = new Map<string, ContestShape[]>()
  return (place) => {
    const found = known.get(place.id) ?? shape.contests.filter((contest) => place.unitIds.has(contest.unitId))
    known.set(place.id, found)
    return found
  }
}

function rememberTastes(): (optionId: string, placeId: string) => number {
  const known = new Map<string, number>()
  return (optionId, placeId) => {
    const key = `${optionId} ${placeId}`
    const found = known.get(key)
    if (found !== undefined) return found
    // Ids without the election's number: the same option is liked the same in every installation.
    const [option, place] = [optionId, placeId].map((id) => id.slice(id.indexOf('/')))
    const taste = MODEL.standing * createRandom(`standing${option}`).normal() + MODEL.local * createRandom(`local${option}${place}`).normal()
    known.set(key, taste)
    return taste
  }
}
