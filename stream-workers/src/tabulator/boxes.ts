import { openPanesFrom } from '@livetally/core/election'
import type { BoxId, TallyStore } from '@livetally/core/store'
import type { Elections } from '../elections.js'
import { createBallotBox, type BallotBox } from './ballot-box.js'
import { areSameViews, viewsOf } from '../views.js'

export interface Boxes {
  /** The box in memory, claimed and loaded if it was not; whoever asks meanwhile gets the same. Undefined if there is no such box; drafts have none yet. */
  own(id: BoxId): Promise<BallotBox | undefined>
  /** The box if it is in memory. */
  peek(id: BoxId): BallotBox | undefined
  all(): BallotBox[]
  put(box: BallotBox): void
  /** Forgets a box with all that was not flushed; the next `own` claims it anew. Does nothing if another object has taken its place. */
  drop(box: BallotBox): void
  /** Forgets the box, and has everybody who asks for it wait until the work is done: it is written under the claim that we have. */
  closeWhile<Result>(box: BallotBox, work: () => Promise<Result>): Promise<Result>
  keepOnly(isMine: (id: BoxId) => boolean): void
}

/** The boxes this process tallies. Claim before load: what a former owner could still write is fenced off before it is read. */
export function createBoxes({ store, elections }: { store: Pick<TallyStore, 'claim' | 'load'>, elections: Elections }): Boxes {
  const boxes = new Map<string, BallotBox>()
  const claiming = new Map<string, Promise<BallotBox | undefined>>()
  const closed = new Map<string, Promise<unknown>>()

  const claim = async (id: BoxId): Promise<BallotBox | undefined> => {
    const election = await elections.get(id.election)
    if (election === undefined || election.phase === 'DRAFT' || id.box > election.structure.correctionsBox) return undefined
    let { structure } = election
    let claimed = await store.claim(id, viewsOf(structure))
    if (claimed.nextSeq === 0) {
      // What it counts is decided now, and by the definition as it is, not as it was when somebody read it.
      structure = (await elections.reload(id.election))?.structure ?? structure
      if (!areSameViews(viewsOf(structure), claimed.views)) claimed = await store.claim(id, viewsOf(structure))
    }
    const box = createBallotBox(structure, claimed, await store.load(claimed, openPanesFrom(structure.definition.time, claimed.newestAt)))
    boxes.set(idOf(id), box)
    return box
  }
  const drop = (box: BallotBox): void => {
    if (boxes.get(idOf(box.claim)) === box) boxes.delete(idOf(box.claim))
  }
  return {
    async own(id) {
      await closed.get(idOf(id))
      const known = boxes.get(idOf(id))
      if (known !== undefined) return known
      const claimed = claiming.get(idOf(id)) ?? claim(id).finally(() => claiming.delete(idOf(id)))
      claiming.set(idOf(id), claimed)
      return claimed
    },
    peek: (id) => boxes.get(idOf(id)),
    all: () => [...boxes.values()],
    put(box) {
      boxes.set(idOf(box.claim), box)
    },
    drop,
    async closeWhile(box, work) {
      drop(box)
      const working = work()
      const ended = working.catch(() => undefined).finally(() => {
        if (closed.get(idOf(box.claim)) === ended) closed.delete(idOf(box.claim))
      })
      closed.set(idOf(box.claim), ended)
      return working
    },
    keepOnly(isMine) {
      for (const [id, box] of boxes) if (!isMine(box.claim)) boxes.delete(id)
    },
  }
}

export const idOf = ({ election, box }: BoxId): string => `${election}/${box}`
