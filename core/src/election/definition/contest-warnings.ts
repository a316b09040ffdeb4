import { foldText } from '../fold-text.js'
import type { DefinitionProblem, ElectionDefinition } from './definition.js'
import { nameSome } from './named-warnings.js'

/** Two options that voters cannot tell apart by name, and more seats than there are options: at most 20 by name, and the number of the others. */
export function findContestWarnings({ contests }: Pick<ElectionDefinition, 'contests'>): DefinitionProblem[] {
  const warnings = contests.flatMap((contest, at) => [...surplusSeats(contest, at), ...namesakes(contest, at)])
  return nameSome(warnings, (rest) => ({ path: 'contests', message: `${rest} more ${rest === 1 ? 'warning' : 'warnings'} of this kind` }))
}

type Contest = ElectionDefinition['contests'][number]

/** A write-in may stand for several people. */
function surplusSeats({ title, numberElected, options }: Contest, at: number): DefinitionProblem[] {
  if (numberElected <= options.length || options.some(({ isWriteIn }) => isWriteIn)) return []
  return [{ path: `contests[${at}].numberElected`, message: `"${title}" elects ${numberElected} of ${options.length} ${options.length === 1 ? 'option' : 'options'}: there are more seats than options` }]
}

function namesakes({ title, options }: Contest, at: number): DefinitionProblem[] {
  const first = new Map<string, string>()
  return options.flatMap(({ id, name }, optionAt) => {
    const folded = foldText(name).replace(/\s+/gu, ' ').trim()
    const other = first.get(folded)
    if (other === undefined) first.set(folded, id)
    return other === undefined ? [] : [{ path: `contests[${at}].options[${optionAt}].name`, message: `"${name}" has the same name as option "${other}" of "${title}": voters cannot tell them apart` }]
  })
}
