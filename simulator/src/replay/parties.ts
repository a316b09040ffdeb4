import type { ElectionDefinitionInput } from '@livetally/core/election'
import { chanceOf } from '../electorate/random.js'
import { idOf, nameKey } from './names.js'

type Party = NonNullable<ElectionDefinitionInput['parties']>[number]

/** Codes as they stand in result files of the United States, and how else they are written. */
const KNOWN: Record<string, { name: string, color: string, also?: readonly string[] }> = {
  DEM: { name: 'Democratic', color: '#2563c9', also: ['d', 'democrat', 'democratic', 'democraticparty', 'dfl'] },
  REP: { name: 'Republican', color: '#cf222e', also: ['r', 'republican', 'republicanparty', 'gop'] },
  LIB: { name: 'Libertarian', color: '#d4a017', also: ['l', 'lbt', 'libertarian', 'libertarianparty'] },
  GRN: { name: 'Green', color: '#2f9e44', also: ['g', 'gre', 'green', 'greenparty'] },
  CST: { name: 'Constitution', color: '#7048b6', also: ['constitution', 'constitutionparty'] },
  CON: { name: 'Constitution', color: '#7048b6' },
  FWD: { name: 'Forward', color: '#e8710a', also: ['forward', 'forwardparty'] },
  ASP: { name: 'American Solidarity', color: '#0b8a8f', also: ['aso', 'americansolidarity', 'americansolidarityparty'] },
}

const CODES = new Map(Object.entries(KNOWN).flatMap(([code, { also = [] }]) => [code.toLowerCase(), ...also].map((spelling) => [spelling, code] as const)))

/** One spelling for a party: `Dem`, `Democratic` and `D` are `DEM`; `D/R` is `DEM/REP`. Null for nothing, `NA` and, for parties, `NON`. */
export function partyCode(text: string): string | null {
  const codes = text.split(/\s*[/,&]\s*/).flatMap((part) => ['', 'NA', 'NON', 'N/A', 'NP', 'NPA'].includes(part.toUpperCase()) ? [] : [CODES.get(nameKey(part)) ?? part])
  return codes.length === 0 || text.toUpperCase() === 'N/A' ? null : joinParties(codes)
}

/** The party of an option that stands for several. */
export function joinParties(codes: readonly string[]): string {
  return [...new Set(codes.flatMap((code) => code.split('/')))].toSorted().join('/')
}

/** Some files end a candidate's name with the party's code: `BRENDAN F BOYLE DEM`. `party`: as the file or as `partyCode` has it. */
export function withoutParty(candidate: string, party: string | null): string {
  const [, name, code] = /^(.*\S) ([A-Z]{3,4}|[A-Z]{1,3}\/[A-Z]{1,3})$/.exec(candidate) ?? []
  return party !== null && name !== undefined && code !== undefined && partyCode(code) === partyCode(party) ? name : candidate
}

/** A party of the election definition for a code; unknown ones keep their code and get a colour of their own. */
export function partyOf(code: string, id: string = idOf(code)): Party {
  const known = KNOWN[code]
  const name = code.split('/').map((part) => KNOWN[part]?.name ?? part).join(' and ')
  return { id, name: name.slice(0, 200), abbreviation: code.slice(0, 12), color: known?.color ?? colorOf(code) }
}

function colorOf(code: string): string {
  const hue = chanceOf(`color/${code}`) * 6
  const channel = (offset: number) => Math.round(70 + 120 * Math.max(0, Math.min(1, Math.abs((hue + offset) % 6 - 3) - 1)))
  return `#${[0, 4, 2].map((offset) => channel(offset).toString(16).padStart(2, '0')).join('')}`
}
