import type { BoxEntry, Correction, ResultsAt, Structure } from '@livetally/core/election'
import { correctedBy, countContest, sum, valuesOf, type CountedBox } from './reference-count.js'
import { placesOf } from './reference-geography.js'
import { cellNameOf, isKnown, releaseByHand, type CellFrontier } from './reference-release.js'

/** The values of a group in which small ones are told together. */
const OTHER = '_other'

type Ballot = Extract<BoxEntry, { kind: 'BALLOT' }>

/**
 * What is wrong with the choices that one revision shows, in words; nothing where ballots are open. Quick enough for every revision:
 * each cell is released as far as the rule says, and the choices of the whole election are the sum of the ballots of
 * each cell below its frontier.
 */
export function judgeChoices(structure: Structure, boxes: readonly CountedBox[], at: ResultsAt): string[] {
  const { definition } = structure
  if (definition.ballotSecrecy === 'OPEN') return []
  return [...judgeFrontiers(structure, boxes, at), ...judgeSums(structure, boxes, at), ...judgePlaces(structure, boxes, at), ...judgeGroups(structure, boxes, at)]
}

function judgeFrontiers({ definition }: Structure, boxes: readonly CountedBox[], at: ResultsAt): string[] {
  const expected = new Map<string, CellFrontier>(boxes.flatMap(({ entries }, box) => [...releaseByHand(definition, entries).frontiers].map(([row, frontier]) => [`${box}/${row}`, frontier] as const)))
  const shown = new Map<string, CellFrontier>(at.frontier())
  return [...new Set([...expected.keys(), ...shown.keys()])].flatMap((cell) => {
    const [wanted, found] = [expected, shown].map((frontiers) => frontiers.get(cell)).map((frontier) => frontier === undefined || frontier.seq === 0 ? 'none' : `${frontier.ballots} below ${frontier.seq}`)
    return wanted === found ? [] : [`of the cell ${cell} it releases ${found} instead of ${wanted}`]
  })
}

function judgeSums({ definition }: Structure, boxes: readonly CountedBox[], at: ResultsAt): string[] {
  const frontier = at.frontier()
  const ballots = ballotsOf(definition, boxes)
  const cellOf = ({ ballot, box }: (typeof ballots)[number]) => `${box}/${cellNameOf(definition, ballot)}` as const
  const below = ballots.filter((one) => one.ballot.seq < (frontier.get(cellOf(one))?.seq ?? 0)).map(({ ballot }) => ballot)
  const corrections = correctionsIn(boxes)
  return definition.contests.flatMap((contest) => {
    const expected = sum(countContest(definition, contest, below), correctedBy(contest, corrections)).join()
    const found = at.contest(contest.id, '').join()
    return found === expected ? [] : [`in ${contest.id} it shows ${found}, and the ballots below the frontiers are ${expected}`]
  })
}

/** Choices of places where wider units release them: none before every box is sealed; then each place's are shown, with those of others if they are few, and all add up. */
function judgePlaces(structure: Structure, boxes: readonly CountedBox[], at: ResultsAt): string[] {
  const { definition } = structure
  if (definition.releaseUnits === undefined) return []
  const all = ballotsOf(definition, boxes).map(({ ballot }) => ballot)
  const corrections = correctionsIn(boxes)
  return definition.contests.flatMap((contest): string[] => {
    const places = placesOf(definition).map((place) => {
      const corrected = correctedBy(contest, corrections.filter(({ unit }) => unit === place))
      const [shown = 0, ...choices] = at.contest(contest.id, place).map((count, index) => count - (corrected[index] ?? 0))
      return { place, shown, counts: [shown, ...choices], own: countContest(definition, contest, all.filter(({ unit }) => unit === place)) }
    })
    if (places.every(({ counts }) => counts.every((count) => count === 0))) return []
    if (!isSealed(structure, boxes)) return [`it shows ${contest.id} by place before every box is sealed`]
    const partial = places.filter(({ shown, own: [mine = 0] }) => shown > 0 && shown < mine).map(({ place }) => `of ${place} it shows a part of ${contest.id}`)
    const [total, wanted] = [places.map(({ counts }) => counts), places.map(({ own }) => own)].map((rows) => rows.reduce(sum).join())
    return total === wanted ? partial : [...partial, `${contest.id} by place adds up to ${total} instead of ${wanted}`]
  })
}

/** Choices by groups of voters: none before every box is sealed; then each group is large enough, and they add up to all. */
function judgeGroups(structure: Structure, boxes: readonly CountedBox[], at: ResultsAt): string[] {
  const { definition, breakdowns } = structure
  const all = ballotsOf(definition, boxes).map(({ ballot }) => ballot)
  return breakdowns.flatMap((names) => definition.contests.flatMap((contest): string[] => {
    const groups = at.breakdown(names, contest.id)
    const where = `${contest.id} by ${names.join(', ')}`
    if (groups.length === 0) return []
    if (!isSealed(structure, boxes)) return [`it shows ${where} before every box is sealed`]
    const having = all.filter((ballot) => (countContest(definition, contest, [ballot])[0] ?? 0) > 0)
    const membersOf = (values: string): Ballot[] => all.filter((ballot) => valuesOf(definition, ballot, names) === values)
    const problems = groups.flatMap(([values, counts]) => {
      const isOther = values.includes(OTHER)
      const members = membersOf(values.join())
      const expected = isOther ? counts : countContest(definition, contest, members)
      const size = isOther ? counts[0] ?? 0 : countContest(definition, contest, members)[0] ?? 0
      const few = size < definition.releaseSize && groups.length > 1 ? [`${where} tells apart ${size} ballots of ${values.join()}`] : []
      return counts.join() === expected.join() ? few : [...few, `${where} of ${values.join()} is ${counts.join()} instead of ${expected.join()}`]
    })
    const total = groups.map(([, counts]) => counts).reduce(sum)
    const wanted = countContest(definition, contest, having)
    return total.join() === wanted.join() ? problems : [...problems, `${where} adds up to ${total.join()} instead of ${wanted.join()}`]
  }))
}

function isSealed({ boxCount }: Structure, boxes: readonly CountedBox[]): boolean {
  return boxes.filter(({ entries }) => entries.some(({ kind }) => kind === 'SEAL')).length === boxCount
}

function correctionsIn(boxes: readonly CountedBox[]): Correction[] {
  return boxes.flatMap(({ entries }) => entries).filter((entry) => entry.kind === 'CORRECTION').map(({ correction }) => correction)
}

function ballotsOf(definition: Structure['definition'], boxes: readonly CountedBox[]): { ballot: Ballot, box: number }[] {
  return boxes.flatMap(({ entries }, box) => entries.flatMap((entry) => entry.kind === 'BALLOT' && isKnown(definition, entry) ? [{ ballot: entry, box }] : []))
}
