import { plainWords } from './plain-keys.js'

export type PlainKind = 'VOTES' | 'BALLOTS' | 'OVER' | 'UNDER' | 'NONE'

/** What a row is, by its office and candidate; `treat` is what a person said (`--treat`). */
export function plainKind({ precinct, office, candidate }: { precinct: string, office: string, candidate: string }, treat: ReadonlyMap<string, string>): PlainKind {
  const [inPrecinct, inOffice, inCandidate] = [precinct, office, candidate].map(plainWords)
  if (inPrecinct !== '' && treat.get(inPrecinct ?? '') === 'IGNORE') return 'NONE'
  const said = [inCandidate, inOffice].map((text) => text === '' ? undefined : treat.get(text ?? '')).find((one) => one !== undefined)
  switch (said) {
    case undefined: return ofWords(inOffice ?? '', inCandidate ?? '')
    case 'VOTES': return 'VOTES'
    case 'OVER_VOTES': return 'OVER'
    case 'UNDER_VOTES': return 'UNDER'
    case 'BALLOTS_CAST': return 'BALLOTS'
    default: return 'NONE'
  }
}

function ofWords(office: string, candidate: string): PlainKind {
  const isOffice = /registered|registration|eligible voters|^(total |number of )?(ballots?|cards|voters)\b|turnout|^times (cast|counted)|blank (votes|ballots)/
  for (const text of [office, candidate]) {
    if (!isOffice.test(text)) continue
    return /^(total |number of )?(ballots?|cards|voters)( cast| counted)?( total)?( dem| rep| democratic| republican)?$|^times (cast|counted)$|^ballots? cast total$/.test(text) ? 'BALLOTS' : /^(total )?blank votes$/.test(text) && text === candidate ? 'UNDER' : 'NONE'
  }
  if (/\bwrite ?in/.test(candidate)) return 'VOTES'
  if (/^(total )?over ?vote/.test(candidate)) return 'OVER'
  if (/^(total )?(under ?vote|blanks?$|blank votes?|no selection)/.test(candidate)) return 'UNDER'
  if (/^((contest|candidate|office|race|grand|vote) )?totals?( votes?)?( cast| counted)?$|^(cast|all) votes$|^votes cast$|^sum$|^precincts? ?(report|count)?/.test(candidate)) return 'NONE'
  return 'VOTES'
}
