import { describe, expect, test } from 'vitest'
import { checkDefinition } from './check-definition.js'
import { withoutUnseen } from './visible-text.js'
import { crumbletonDefinition as crumbleton } from '../fixtures/crumbleton/definition.js'

const problemsOf = (document: unknown): [string, string][] => {
  const checked = checkDefinition(document)
  return checked.ok ? [] : checked.problems.map(({ path, message }) => [path, message])
}
const unit = (id: string) => crumbleton.reportingUnits.find((one) => one.id === id)
const baker = crumbleton.contests[0]

describe('a definition', () => {
  test('that is right is taken with its defaults', () => {
    const checked = checkDefinition({ ...crumbleton, breakdowns: undefined })
    expect(checked).toMatchObject({ ok: true, definition: {
      timeZone: 'UTC', resultsVisibility: 'LIVE', time: { source: 'DATABASE', granularityMs: 1_000, disorderMs: 60_000, graceMs: 60_000 }, breakdowns: [],
      contests: [{ variation: 'PLURALITY', votesAllowed: 1, numberElected: 1, options: [{ isWriteIn: false }, { isWriteIn: false }, { isWriteIn: true }] }, {}, {}],
    } })
  })

  test('whose shape is wrong in many places hears of all of them at once, each with its place', () => {
    expect(problemsOf({
      ...crumbleton, slug: 'Not A Slug', closesAt: 'tomorrow', timeZone: 'Middle-earth/Shire', boxes: 0, colour: 'red',
      parties: [{ id: 'crust', name: 'Crust', abbreviation: 'far too long to be short', color: 'brown' }],
      reportingUnits: [{ id: 'a b', name: '', kind: 'PLANET', eligibleVoters: -3 }],
      contests: [{ id: 'baker', title: 'Baker', reportingUnit: 'crumbleton', votesAllowed: 0, options: [] }],
    })).toEqual(expect.arrayContaining([
      ['slug', 'must be 1 to 63 small letters, digits and hyphens'],
      ['closesAt', 'must be a date and time with its offset, such as 2026-11-03T07:00:00Z'],
      ['timeZone', 'must be an IANA time zone such as America/New_York'],
      ['parties[0].abbreviation', 'must have at most 12 characters'],
      ['parties[0].color', 'must be a colour such as #1f6feb'],
      ['reportingUnits[0].id', 'must be 1 to 64 letters, digits, dots, underscores or hyphens, beginning with a letter or digit'],
      ['reportingUnits[0].name', 'must not be empty'],
      ['reportingUnits[0].eligibleVoters', 'must not be negative'],
      ['contests[0].votesAllowed', 'must be 1 or more'],
      ['contests[0].options', 'must name at least one option'],
      ['(document)', expect.stringContaining('colour') as string],
    ]))
  })

  test.each([
    ['1969-12-31T23:59:59Z', '2031-05-04T20:00:00Z', 'opensAt'], ['0000-01-01T00:00:00Z', '2031-05-04T20:00:00Z', 'opensAt'],
    ['2031-05-04T08:00:00Z', '2200-01-01T00:00:00Z', 'closesAt'], ['2031-05-04T08:00:00Z', '9999-12-31T23:59:59-12:00', 'closesAt'],
  ])('with times from %s to %s has a year mistyped', (opensAt, closesAt, path) => {
    expect(problemsOf({ ...crumbleton, opensAt, closesAt })).toEqual([[path, 'must lie in the years 1970 to 2199']])
  })

  test('says from when on early ballots count where sources bring their times, and not after the opening', () => {
    const castFrom = '2031-04-20T08:00:00Z'
    const time = { source: 'IMPORTED' }
    expect(checkDefinition({ ...crumbleton, time, castFrom })).toMatchObject({ ok: true, definition: { castFrom } })
    expect(problemsOf({ ...crumbleton, castFrom })).toEqual([['castFrom', expect.stringContaining('where time.source is IMPORTED only')]])
    expect(problemsOf({ ...crumbleton, time, castFrom: '2031-05-04T08:00:01Z' })).toEqual([['castFrom', 'must not be after opensAt']])
    expect(problemsOf({ ...crumbleton, time, castFrom: 'yesterday' })).toEqual([['castFrom', expect.stringContaining('must be a date and time')]])
  })

  test('whose parts disagree hears of all of them at once, each with its place', () => {
    expect(problemsOf({
      ...crumbleton, closesAt: crumbleton.opensAt, breakdowns: [['age', 'income'], ['age', 'crust'], ['crust', 'age'], ['age', 'age']],
      reportingUnits: [...crumbleton.reportingUnits, { ...unit('mill') }, { id: 'lost', name: 'Lost', kind: 'PRECINCT', parent: 'nowhere' }, { id: 'odd', name: 'Odd', kind: 'OTHER', composedOf: ['mill', 'neverwhere'] }],
      contests: [
        { ...baker, reportingUnit: 'atlantis', votesAllowed: 2, options: [{ id: 'rye', name: 'Rye', party: 'flour' }, { id: 'rye', name: 'Rye again' }] },
        { id: 'greedy', title: 'Greedy', variation: 'N_OF_M', votesAllowed: 3, reportingUnit: 'mill', options: [{ id: 'one', name: 'One' }] },
      ],
    })).toEqual([
      ['reportingUnits[11].id', '"mill" is used twice'],
      ['contests[0].options[1].id', '"rye" is used twice'],
      ['closesAt', 'must be after opensAt'],
      ['reportingUnits[12].parent', 'there is no reporting unit "nowhere"'],
      ['reportingUnits[13].composedOf[1]', 'there is no reporting unit "neverwhere"'],
      ['contests[0].reportingUnit', 'there is no reporting unit "atlantis"'],
      ['contests[0].votesAllowed', 'must be 1 in a plurality contest; use variation N_OF_M for more'],
      ['contests[0].options[0].party', 'there is no party "flour"'],
      ['contests[1].votesAllowed', 'must be at most the number of options (1)'],
      ['breakdowns[0]', 'there is no attribute "income"'],
      ['breakdowns[2]', '"crust" by "age" is named twice or pairs an attribute with itself'],
      ['breakdowns[3]', '"age" by "age" is named twice or pairs an attribute with itself'],
    ])
  })

  test.each<[string, object[], string[]]>([
    ['is its own parent', [{ id: 'x', parent: 'x' }], ['x']],
    ['is its parent\'s parent', [{ id: 'x', parent: 'y' }, { id: 'y', parent: 'x' }], ['x', 'y']],
    ['is composed of itself', [{ id: 'x', composedOf: ['x'] }], ['x']],
    ['is composed of one that contains it', [{ id: 'x', composedOf: ['y'] }, { id: 'y', composedOf: ['z'] }, { id: 'z', composedOf: ['x'] }], ['x', 'y', 'z']],
  ])('where a unit %s is refused with its name', (_what, units, named) => {
    const problems = problemsOf({ ...crumbleton, reportingUnits: [...crumbleton.reportingUnits, ...units.map((one) => ({ name: 'X', kind: 'OTHER', ...one }))] })
    const places = named.map((_, at) => `reportingUnits[${crumbleton.reportingUnits.length + at}]`)
    expect(problems[0]).toEqual([places[0], `"${named[0]}" contains itself`])
    for (const problem of problems) expect(named.map((id, at) => [places[at], `"${id}" contains itself`])).toContainEqual(problem)
  })

  test('may share parts between districts as it likes: that is no loop', () => {
    const districts = ['d1', 'd2', 'd3'].map((id, at) => ({ id, name: id, kind: 'DISTRICT', composedOf: ['mill', 'north', ...at === 0 ? [] : ['d1']] }))
    expect(problemsOf({ ...crumbleton, reportingUnits: [...crumbleton.reportingUnits, ...districts] })).toEqual([])
  })

  test('where a unit is both a parent and composed of others is refused', () => {
    expect(problemsOf({ ...crumbleton, reportingUnits: crumbleton.reportingUnits.map((one) => one.id === 'north' ? { ...one, composedOf: ['harbour'] } : one) }))
      .toEqual([['reportingUnits[1].composedOf', 'a unit is either the parent of others or composed of others, not both']])
  })

  test.each([null, undefined, 17, 'an election', []])('that is no document at all (%s) is refused with a sentence', (document) => {
    expect(problemsOf(document)[0]?.[0]).toBe('(document)')
  })

  test('refuses a photo that is neither an address nor an image', () => {
    const photo = (photoUrl: string) => problemsOf({ ...crumbleton, contests: [{ ...baker, options: [{ id: 'rye', name: 'Rye', photoUrl }] }] }).map(([path]) => path)
    for (const url of ['https://example.org/a.png', '/portraits/a.svg', 'data:image/svg+xml,<svg/>']) expect(photo(url)).toEqual([])
    for (const url of ['javascript:alert(1)', 'data:text/html,hello', 'ftp://example.org/a.png', '']) expect(photo(url)).toEqual(['contests[0].options[0].photoUrl'])
  })

  const contestsOf = (contests: number, options: number): unknown => ({ ...crumbleton, breakdowns: undefined, contests: Array.from({ length: contests }, (_, at) => ({ id: `c-${at}`, title: `Contest ${at}`, reportingUnit: 'crumbleton', options: Array.from({ length: options }, (_empty, option) => ({ id: `o-${option}`, name: `Option ${option}` })) })) })

  test('may have as many contests and options as a county publishes, and says which limit is passed', () => {
    expect(problemsOf(contestsOf(2_000, 50))).toEqual([])
    expect(problemsOf(contestsOf(1, 1_000))).toEqual([])
    expect(problemsOf(contestsOf(2_001, 1))).toEqual([['contests', 'must be at most 2,000 contests']])
    expect(problemsOf(contestsOf(1, 1_001))).toEqual([['contests[0].options', 'must name at most 1,000 options']])
    expect(problemsOf(contestsOf(101, 1_000))).toEqual([['contests', 'must have at most 100,000 options together, not 101,000']])
  })
})

describe('a breakdown', () => {
  /** A town of so many precincts, and an attribute of so many values. */
  const townOf = (precincts: number, values: number, breakdown: string[]) => problemsOf({
    ...crumbleton, breakdowns: [breakdown],
    attributes: [{ id: 'age', name: 'Age', values: Array.from({ length: values }, (_, at) => ({ id: `v${at}`, name: `Value ${at}` })) }],
    reportingUnits: [{ id: 'crumbleton', name: 'Crumbleton', kind: 'CITY' }, ...Array.from({ length: precincts }, (_, at) => ({ id: `p${at}`, name: `Precinct ${at}`, kind: 'PRECINCT', parent: 'crumbleton' }))],
    contests: [{ ...baker, reportingUnit: 'crumbleton' }],
  })

  test('may have 20,000 cells, "not known" included, and not one more', () => {
    expect(townOf(199, 99, ['unit:PRECINCT', 'age']), '200 times 100').toEqual([])
    expect(townOf(6_666, 2, ['age', 'unit:PRECINCT']), '3 times 6,667').toEqual([['breakdowns[0]', 'would have 20001 cells; at most 20000 are counted']])
    expect(townOf(200, 99, ['unit:PRECINCT', 'age'])).toEqual([['breakdowns[0]', 'would have 20100 cells; at most 20000 are counted']])
    expect(townOf(200, 99, ['unit:PRECINCT'])).toEqual([])
  })
})

describe('the times of ballots', () => {
  const pathsOf = (time: object): string[] => [...new Set(problemsOf({ ...crumbleton, time }).map(([path]) => path))]
  test.each<[string, number, number]>([['granularityMs', 1, 10_000], ['disorderMs', 0, 86_400_000], ['graceMs', 0, 86_400_000]])('have a %s from %i to %i ms', (name, least, most) => {
    expect([pathsOf({ [name]: least }), pathsOf({ [name]: most })]).toEqual([[], []])
    expect([pathsOf({ [name]: least - 1 }), pathsOf({ [name]: most + 1 })]).toEqual([[`time.${name}`], [`time.${name}`]])
  })
})

describe('names with characters that nobody sees', () => {
  test.each([['U+0007', '\u0007'], ['U+00AD', '\u00AD'], ['U+200B', '\u200B'], ['U+200F', '\u200F'], ['U+202E', '\u202E'], ['U+2069', '\u2069'], ['U+FEFF', '\uFEFF'], ['U+E0041', '\u{E0041}'], ['U+3164', '\u3164']])('are refused wherever they stand: %s', (code, character) => {
    const hide = (name: string): string => `${name.slice(0, 1)}${character}${name.slice(1)}`
    const renamed = <Item extends { name: string }>(items: readonly Item[]): Item[] => items.map((item) => ({ ...item, name: hide(item.name) }))
    const problems = problemsOf({
      ...crumbleton, name: hide(crumbleton.name), parties: renamed(crumbleton.parties ?? []), reportingUnits: renamed(crumbleton.reportingUnits),
      attributes: renamed(crumbleton.attributes ?? []).map((attribute) => ({ ...attribute, values: renamed(attribute.values) })),
      contests: crumbleton.contests.map((contest) => ({ ...contest, title: hide(contest.title), options: renamed(contest.options) })),
    })
    const paths = ['name', 'parties[0].name', 'reportingUnits[0].name', 'attributes[0].name', 'attributes[0].values[0].name', 'contests[0].title', 'contests[0].options[0].name']
    expect(problems.map(([path]) => path)).toEqual(expect.arrayContaining(paths))
    expect(new Set(problems.map(([, message]) => message))).toEqual(new Set([`must have no invisible or direction-changing characters: remove ${code}`]))
  })

  test('are not those of other scripts, accents and signs', () => {
    for (const name of ['Zoë Müller-O’Neill', 'שרה לוי', 'محمد', '山田 太郎', 'न्यायालय', 'Cafe\u0301 ☕️']) expect(problemsOf({ ...crumbleton, name })).toEqual([])
  })

  test.each([
    ['Persian', 'علی رضایی\u200Cنژاد'], ['Persian, after a vowel mark', 'کُلَ\u200Cها'], ['Hindi', 'क्\u200Dष'], ['Hindi, not joined', 'राज्\u200Cय'], ['Bengali', 'র\u200D\u09CDযাব'],
    ['Sinhala', 'ශ්\u200Dරී ලංකා'], ['Malayalam, at the end of a word', 'മോഹന്\u200D കുമാര്\u200D'], ['Kannada', 'ರ\u200D\u0CCDಕ'], ['Tamil', 'க்\u200Cஷ'],
  ])('are not joiners where they belong to the spelling: %s', (_script, name) => {
    expect(problemsOf({ ...crumbleton, name })).toEqual([])
    expect(withoutUnseen(name)).toBe(name)
  })

  test.each([
    ['between Latin letters', 'Gu\u200Cll', 'Gull'], ['between letters of two scripts', 'م\u200Ca', 'مa'], ['at the beginning', '\u200Cمحمد', 'محمد'], ['at the end of an Arabic word', 'محمد\u200C', 'محمد'],
    ['twice in a row', 'رضایی\u200C\u200Cنژاد', 'رضایینژاد'], ['beside a space', 'علی \u200Cرضا', 'علی رضا'], ['between digits', '۱\u200C۲', '۱۲'], ['within an emoji', '\u{1F468}\u200D\u{1F33E}', '\u{1F468}\u{1F33E}'],
    ['twice after a virama', 'ക്\u200D\u200D', 'ക്'], ['before a letter of Hebrew', 'של\u200Dום', 'שלום'],
  ])('are joiners %s', (_where, name, seen) => {
    expect(problemsOf({ ...crumbleton, name })).toEqual([['name', expect.stringMatching(/remove U\+200[CD]$/)]])
    expect(withoutUnseen(name)).toBe(seen)
  })

  test('can be left out of what others wrote', () => {
    expect(withoutUnseen('\u202EZo\u200Bë\u00AD Gu\u0007ll\u{E0041}')).toBe('Zoë Gull')
  })
})
