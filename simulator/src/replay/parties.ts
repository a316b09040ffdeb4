import type { ElectionDefinitionInput } from '@livetally/core/election'
import { chanceOf } from '../electorate/random.js'
import { idOf } from './names.js'

type Party = NonNullable<ElectionDefinitionInput['parties']>[number]

/** Codes as they stand in result files of the United States. */
const KNOWN: Record<string, { name: string, color: string }> = {
  DEM: { name: 'Democratic', color: '#2563c9' },
  REP: { name: 'Republican', color: '#cf222e' },
  LIB: { name: 'Libertarian', color: '#d4a017' },
  GRN: { name: 'Green', color: '#2f9e44' },
  CST: { name: 'Constitution', color: '#7048b6' },
  CON: { name: 'Constitution', color: '#7048b6' },
  FWD: { name: 'Forward', color: '#e8710a' },
  ASP: { name: 'American Solidarity', color: '#0b8a8f' },
  ASO: { name: 'American Solidarity', color: '#0b8a8f' },
  'D/R': { name: 'Democratic and Republican', color: '#8a4f7d' },
}

/** A party of the election definition for a file's code; unknown ones keep their code and get a colour of their own. */
export function partyOf(code: string): Party {
  const { name, color } = KNOWN[code] ?? { name: code, color: colorOf(code) }
  return { id: idOf(code), name, abbreviation: code.slice(0, 12), color }
}

function colorOf(code: string): string {
  const hue = chanceOf(`color/${code}`) * 6
  const channel = (offset: number) => Math.round(70 + 120 * Math.max(0, Math.min(1, Math.abs((hue + offset) % 6 - 3) - 1)))
  return `#${[0, 4, 2].map((offset) => channel(offset).toString(16).padStart(2, '0')).join('')}`
}
