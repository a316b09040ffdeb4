/** Where things stand in a record, found by words within the names of columns; −1 where they do not. */
export interface PlainColumns { county: number, precinct: number, office: number, district: number, party: number, candidate: number, votes: number, voteFor: number, channels: { at: number, channel: string }[] }

const CHANNEL_WORDS: readonly (readonly [RegExp, string])[] = [
  [/prov/, 'PROVISIONAL'],
  [/early|advance(?!.*mail)|one stop|in person abs|absentee in person/, 'EARLY'],
  [/mail|absent|postal|milit|overs|uocava|federal|fwab|emergen/, 'ABSENTEE_MAIL'],
  [/election (day|night)|poll|machine|in person|regular|edge/, 'ELECTION_DAY'],
]

/** `told`: what a person said of columns (`--column`). */
export function findPlainColumns(header: readonly string[], told: ReadonlyMap<string, string> = new Map()): PlainColumns {
  const names = header.map((name) => name.toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim())
  const find = (pattern: RegExp): number => names.findIndex((name) => pattern.test(name))
  const fixed = { county: find(/^(county|parish|jurisdiction)/), precinct: find(/^precinct( name)?$/), office: find(/^(office|contest|race)/), district: find(/^district/), party: find(/^party/), candidate: find(/^(candidate|choice)/), votes: find(/^(total |)votes?$|^total$|^votes total$/), voteFor: find(/^vote for|^votes allowed/) }
  const places = new Set(Object.values(fixed))
  const channels = names.flatMap((name, at) => {
    const said = told.get(name.replaceAll(' ', '_'))
    const channel = said ?? (places.has(at) ? undefined : CHANNEL_WORDS.find(([pattern]) => pattern.test(name))?.[1])
    return channel === undefined || channel === 'IGNORE' ? [] : [{ at, channel }]
  })
  return { ...fixed, channels }
}
