import { channelNamed } from './channels.js'
import { isWriteIn, titleKey } from './names.js'

/** What a row of a precinct file can be. Only `VOTES` are counted. */
export const ROW_KINDS = ['VOTES', 'REGISTERED_VOTERS', 'BALLOTS_CAST', 'BLANK_BALLOTS', 'OVER_VOTES', 'UNDER_VOTES', 'SUM', 'IGNORE'] as const
export type RowKind = (typeof ROW_KINDS)[number]

/** Texts of a row as the file has them. */
export interface RowTexts { precinct: string, office: string, candidate: string }

/** `null`: nobody can tell from the row alone. */
export type RowVerdict = RowKind | null

const OFFICES: readonly (readonly [RegExp, RowKind])[] = [
  [/^(total |number of |active )?(registered|eligible)( voters?)?( total)?$|^voters? registered$|^(voter )?registration( total)?$/, 'REGISTERED_VOTERS'],
  [/^(total )?(ballots|cards|voters)( cast)? blank$|^(total )?blank (ballots|cards)( cast)?$|^blank votes cast$/, 'BLANK_BALLOTS'],
  [/^(total |number of )?(ballots|cards|voters)( cast| counted)?( total)?$|^(total )?ballots? cast total$|^times (counted|cast)$/, 'BALLOTS_CAST'],
  [/^(percent|rate of|voter)?( ?)turnout( percent(age)?| rate)?$/, 'IGNORE'],
]

const CANDIDATES: readonly (readonly [RegExp, RowKind])[] = [
  [/^(total )?(over ?votes?|overvoted( ballots?)?)( total)?$/, 'OVER_VOTES'],
  [/^(total )?(under ?votes?|undervoted( ballots?)?|blank votes?|blanks?|no selection)( total)?$/, 'UNDER_VOTES'],
  [/^(contest |candidate |office |race |grand |vote )?totals?( votes?)?( cast| counted)?$|^(cast|all) votes$|^votes cast$|^sum$/, 'SUM'],
  ...OFFICES.slice(0, 3),
  [/^(number of )?precincts( reporting| counted)?$|^precincts reported$/, 'IGNORE'],
]

const SUSPECT = /\b(totals?|ballots?|registered|turnout|times (cast|counted)|cast votes?)\b|^no votes?$/

/**
 * Tells what a row is by its words, in this order: as a person said, by its office, by its candidate. An office of ballots
 * of one channel (`Absentee Turnout`, `Ballots Cast - Absentee`) is set aside.
 */
export function kindOfRow({ precinct, office, candidate }: RowTexts, treat: ReadonlyMap<string, RowKind> = new Map()): RowVerdict {
  const [officeKey, candidateKey] = [titleKey(office), titleKey(candidate)]
  if (precinct !== '' && treat.get(titleKey(precinct)) === 'IGNORE') return 'IGNORE'
  for (const text of [candidateKey, officeKey]) {
    const told = text === '' ? undefined : treat.get(text)
    if (told !== undefined) return told
  }
  const plainOffice = officeKey.replace(/ (dem|rep|democratic|republican|nonpartisan|np)$/, '')
  for (const [pattern, kind] of OFFICES) if (pattern.test(plainOffice)) return kind
  if (officeKey.endsWith(' turnout') && channelNamed(office) !== undefined) return 'IGNORE'
  if (officeKey.startsWith('ballots cast ') && channelNamed(officeKey.slice('ballots cast '.length)) !== undefined) return 'IGNORE'
  if (isWriteIn(candidate)) return 'VOTES'
  for (const [pattern, kind] of CANDIDATES) if (pattern.test(candidateKey)) return kind
  if (/^no vote$|^choose not to vote/.test(officeKey)) return null
  return SUSPECT.test(candidateKey) ? null : 'VOTES'
}

/** True for an office in which voters choose a party for all others: a contest of its own. */
export function isStraightParty(office: string): boolean {
  return /^straight[ -]?(party|ticket)( voting| ticket| vote)?s?$/i.test(office.trim())
}

/** True for precinct names that can only be a sum of others: `Total`, `County Totals`, `Grand Total`, or none at all. */
export function isSumOfPrecincts(precinct: string, county: string): boolean {
  const key = titleKey(precinct).replace(/ county\b/g, '')
  const ofCounty = titleKey(county).replace(/ county\b/g, '')
  return key === '' || /^(grand |county ?(wide)? ?|all |overall |precinct )*(sub ?)?totals?$|^county ?wide$|^all precincts$|^cumulative( totals?)?$/.test(key) || (ofCounty !== '' && [`${ofCounty} total`, `${ofCounty} totals`, `total ${ofCounty}`].includes(key))
}
