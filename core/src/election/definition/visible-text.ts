import type { DefinitionProblem, ElectionDefinition } from './definition.js'

/** What cannot be seen, or turns the direction of what is beside it: a name with it looks like another, and is not. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029\u115F\u1160\u3164\uFFA0]/u
const ALL_UNSEEN = new RegExp(UNSEEN, 'gu')

/** Scripts that are spelled with U+200C and U+200D (zero-width non-joiner and joiner; Unicode Standard Annex 31, section 2.3). */
const JOINED_SCRIPTS = [
  'Arabic', 'Syriac', 'Mandaic', 'Nko', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Myanmar', 'Khmer',
]
/** Marks that take a letter's vowel away. */
const VIRAMA = '[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA\u1039\u103A\u17D2]'

/**
 * One joiner between two letters of such a script, or after a letter without its vowel, where it changes what is seen: also at the
 * end of a word, as in Malayalam, and before the virama, as in Bengali.
 */
const JOINER = new RegExp(JOINED_SCRIPTS.map((script) => {
  const letter = `(?=\\p{L})\\p{Script=${script}}`
  return `(?<=${letter}\\p{M}*)[\u200C\u200D](?=${letter}|${VIRAMA})|(?<=${letter}${VIRAMA})[\u200C\u200D](?![\u200C\u200D])`
}).join('|'), 'gu')

/** Names with a character that nobody sees, such as U+200B or U+202E, each with its place and the character. */
export function findUnseenCharacters(definition: Pick<ElectionDefinition, 'name' | 'parties' | 'attributes' | 'reportingUnits' | 'contests'>): DefinitionProblem[] {
  return namesOf(definition).flatMap(([path, name]) => {
    const found = UNSEEN.exec(name.replace(JOINER, ''))?.[0].codePointAt(0)
    return found === undefined ? [] : [{ path, message: `must have no invisible or direction-changing characters: remove U+${found.toString(16).toUpperCase().padStart(4, '0')}` }]
  })
}

/** Text as a person sees it: without the characters that names must not have. */
export function withoutUnseen(text: string): string {
  const joiners = new Set([...text.matchAll(JOINER)].map(({ index }) => index))
  return text.replace(ALL_UNSEEN, (character, at: number) => joiners.has(at) ? character : '')
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
