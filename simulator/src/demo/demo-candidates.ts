import type { Portrait } from './portrait.js'

export interface DemoCandidate {
  id: string
  name: string
  party?: string
  biography: string
  campaignPlatform: string
  portrait: Portrait
}

/** Statewide, one vote. */
export const GOVERNOR: readonly DemoCandidate[] = [
  {
    id: 'amara-okafor', name: 'Amara Okafor', party: 'harbor',
    biography: 'Ran the port of Alder Bay for eleven years and was its first director who had started on the docks. Engineer, mother of three, sings in the harbour choir.',
    campaignPlatform: 'Ferries that run every fifteen minutes, harbour power from wind, and a school meal for every child.',
    portrait: { skin: '#7a4a2b', hair: '#1d1714', style: 'curls', clothes: '#1f4f8f', backdrop: ['#a9d3f5', '#3f7fc4'], earrings: true },
  },
  {
    id: 'henrik-lindqvist', name: 'Henrik Lindqvist', party: 'meadow',
    biography: 'Dairy farmer from Cedar County and speaker of the state assembly. Known for reading every bill aloud to his dog before he votes on it.',
    campaignPlatform: 'Clean rivers by 2030, farm prices that farmers can live on, and fast internet at the end of every lane.',
    portrait: { skin: '#f0c9a8', hair: '#b98a4a', style: 'crop', clothes: '#3d6b3a', backdrop: ['#d3ecc2', '#6fae5f'], beard: true },
  },
  {
    id: 'rosa-delgado', name: 'Rosa Delgado', party: 'forge',
    biography: 'Welder, then union secretary, then the mayor who reopened the Birch steelworks as a bicycle factory. Nine hundred people work there now.',
    campaignPlatform: 'A job guarantee for apprentices, rents tied to wages, and night buses in every county.',
    portrait: { skin: '#d9a06f', hair: '#3a2219', style: 'long', clothes: '#b3401d', backdrop: ['#ffd9b8', '#e57d3f'], earrings: true },
  },
  {
    id: 'samir-haddad', name: 'Samir Haddad', party: 'lantern',
    biography: 'Country doctor and volunteer firefighter in Dogwood. Wrote the state\'s patient rights act at his kitchen table.',
    campaignPlatform: 'A clinic within twenty minutes of every home, open budgets line by line, and term limits, his own first.',
    portrait: { skin: '#c68f63', hair: '#2a2a30', style: 'wave', clothes: '#5b4391', backdrop: ['#e0d3f7', '#8e6fcb'], glasses: true },
  },
]

/** Statewide, two seats, up to two votes each. */
export const PARKS_BOARD: readonly DemoCandidate[] = [
  {
    id: 'june-takahashi', name: 'June Takahashi', party: 'meadow',
    biography: 'Forest ranger for twenty years. Has walked every marked trail in the state, some of them backwards.',
    campaignPlatform: 'Plant a tree for every newborn and mend the ridge trail before anything new is built.',
    portrait: { skin: '#f1cfa9', hair: '#17171c', style: 'bob', clothes: '#2f7d5b', backdrop: ['#cdeedd', '#58b08a'] },
  },
  {
    id: 'walter-brandt', name: 'Walter Brandt', party: 'forge',
    biography: 'Retired bridge inspector. Found the crack in the Mill Bridge and has been asked to speak at schools ever since.',
    campaignPlatform: 'Safe playgrounds first, then everything else. Inspection reports on the web within a day.',
    portrait: { skin: '#eebd97', hair: '#d9d9de', style: 'bald', clothes: '#7a3a26', backdrop: ['#fbe2cf', '#d59a6c'], beard: true, glasses: true },
  },
  {
    id: 'nadia-rahman', name: 'Nadia Rahman', party: 'harbor',
    biography: 'Marine biologist who teaches swimming on Saturdays. Counted the seals of Alder Bay three years in a row, and they are up.',
    campaignPlatform: 'Beaches open to all, swimming lessons for every eight-year-old, and no more plastic piers.',
    portrait: { skin: '#c98e62', hair: '#2f6f8f', style: 'scarf', clothes: '#234a63', backdrop: ['#c9e8f0', '#4f9db5'] },
  },
  {
    id: 'theo-marsh', name: 'Theo Marsh',
    biography: 'Runs the smallest cinema in the state and the largest summer night festival. Stands for no party and says so often.',
    campaignPlatform: 'Music in every park on Fridays, lights that let you see the stars, and benches, many more benches.',
    portrait: { skin: '#5e3823', hair: '#141112', style: 'crop', clothes: '#c28a1b', backdrop: ['#fdeebd', '#e4b83c'], beard: true },
  },
  {
    id: 'ingrid-sorensen', name: 'Ingrid Sorensen', party: 'lantern',
    biography: 'Landscape architect in a wheelchair who redesigned Lantern Hill so that everybody reaches the top.',
    campaignPlatform: 'Every park reachable by everyone, shade on every path, and a public count of every euro, dollar and duck.',
    portrait: { skin: '#f6d7bd', hair: '#e3b85c', style: 'bun', clothes: '#8a4f9e', backdrop: ['#f4d9ef', '#c083c4'], glasses: true },
  },
]

/** The North Shore senate district only. */
export const NORTH_SHORE_SENATE: readonly DemoCandidate[] = [
  {
    id: 'beatrice-cole', name: 'Beatrice Cole', party: 'harbor',
    biography: 'Judge of the small claims court at Alder Bay, where she settled four out of five cases before lunch.',
    campaignPlatform: 'Courts that answer within a month and a flood wall before the next storm.',
    portrait: { skin: '#8d5a3a', hair: '#6d6a70', style: 'bun', clothes: '#2a3f66', backdrop: ['#cfdcf2', '#6f8fc2'], earrings: true, glasses: true },
  },
  {
    id: 'mateo-silva', name: 'Mateo Silva', party: 'forge',
    biography: 'Youngest shop steward in the history of the Birch works and father of twins, which he calls the harder job.',
    campaignPlatform: 'Child care from seven to seven and the minimum wage written on every pay slip.',
    portrait: { skin: '#d8a273', hair: '#2b1b12', style: 'wave', clothes: '#a8431f', backdrop: ['#ffe0c7', '#ee9560'], beard: true },
  },
  {
    id: 'clara-whitfield', name: 'Clara Whitfield', party: 'meadow',
    biography: 'Beekeeper and school principal from the upper valley. Her pupils run the only profitable lemonade stand in the county.',
    campaignPlatform: 'Smaller classes, wild flower strips along every road, and school buses that are on time.',
    portrait: { skin: '#f4cfb2', hair: '#9a4a22', style: 'long', clothes: '#4f7a34', backdrop: ['#e2f1c9', '#93bd5b'] },
  },
]
