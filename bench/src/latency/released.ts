import type { Answer } from './cast-load.js'
import { firstOf, openViewer, type Moment, type Viewer } from './viewer.js'
import type { Places } from './viewers.js'

const WATCH = 'subscription Watch($id: ID!) { electionResults(electionId: $id) { frontier(first: 200) { nodes { box cell seq } } } }'

interface Results { frontier: { nodes: { box: number, cell: string, seq: number }[] } }

/** Which choices a viewer saw: `box/place` → those of ballots below this `seq`. */
export interface SeenChoices extends Moment { frontier: ReadonlyMap<string, number> }

/** Watches nothing but how far secret choices are released. */
export function watchReleases(url: string, electionId: string): Promise<Viewer<SeenChoices>> {
  return openViewer({
    url, electionId, query: WATCH, keepsAll: true,
    // Choices are not told by channel: a cell is a place.
    read: (at, { frontier: { nodes } }: Results): SeenChoices => ({ at, frontier: new Map(nodes.map(({ box, cell, seq }) => [`${box}/${cell.split('/')[0] ?? ''}`, seq])) }),
  })
}

export interface ReleaseDelays { ms: number[], held: number }

/**
 * For each ballot, how long after its answer the first message came in which its choices are. Of `held` ballots they were
 * not shown until `endedAt`: each counts as if they had been then, so that leaving them out does not flatter.
 */
export function releaseDelaysOf(places: Places, answers: readonly Answer[], seen: readonly SeenChoices[], endedAt: number): ReleaseDelays {
  let held = 0
  const ms = answers.map(({ tracker, answeredAt }) => {
    const place = places.get(tracker)
    if (place === undefined) throw new Error(`Ballot ${tracker} was acknowledged and is not in the ledger.`)
    const message = firstOf(seen, ({ frontier }) => (frontier.get(`${place.box}/${place.unit}`) ?? 0) > place.seq)
    if (message === undefined) held += 1
    return Math.max(0, (message?.at ?? endedAt) - answeredAt)
  })
  return { ms, held }
}
