import type { DefinitionProblem, ElectionDefinition } from './definition.js'

/** What cannot be seen, or turns the direction of what is beside it: a name with it looks like another, and is not. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029\u115F\u1160\u3164\uFFA0]/u
const ALL_UNSEEN = new RegExp(UNSEEN, 'gu')

/** Names with a character that nobody sees, such as U+200B or U+202E, each with its place and the character. */
export function findUnseenCharacters(definition: Pick<ElectionDefinition, 'name' | 'parties' | 'attributes' | 'reportingUnits' | 'contests'>): DefinitionProblem[] {
  return namesOf(definition).flatMap(([path, name]) => {
    const found = UNSEEN.exec(name)?.[0].codePointAt(0)
    return found === undefined ? [] : [{ path, message: `must have no invisible or direction-changing characters: remove U+${found.toString(16).toUpperCase().padStart(4, '0')}` }]
  })
}

/** Text as a person sees it: without the characters that names must not have. */
export function withoutUnseen(text: string): string {
  return text.replace(ALL_UNSEEN, '')
}

function namesOf({ name, parties, attributes, reportingUnits, contests }: Parameters<typeof findUnseenCharacters>[0]): [string, string][] {
  const named = (path: string, items: readonly { name: string }[]): [string, string][] => items.map((item, at) => [`${path}[${at}].name`, item.name])
  return [
    ['name', name],
    ...named('parties', parties),
    ...parties.map(({ abbreviation }, at): [string, string] => [`parties[${at}].abbreviation`, abbreviation]),
    ...named('attributes', attributes),
    ...attributes.flatMap(({ values }, at) => named(`attributes[${at}].values`, values)),
    ...named('reportingUnits', reportingUnits),
    ...contests.flatMap(({ title, options }, at): [string, string][] => [[`contests[${at}].title`, title], ...named(`contests[${at}].options`, options)]),
  ]
}
