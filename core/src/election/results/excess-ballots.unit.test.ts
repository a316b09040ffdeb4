import { describe, expect, test } from 'vitest'
import { crumbleton } from '../fixtures/index.js'
import { compileStructure } from '../structure/structure.js'
import { findExcessBallots } from './excess-ballots.js'

const structure = compileStructure(crumbleton.definition)

/** Ballots of the mill and the market, in their turnout and in every contest on their ballot; `together`: the mill is shown with the market. */
function results({ mill, market, inMill, inMarket, together = false }: { mill: number, market: number, inMill: number, inMarket: number, together?: boolean }) {
  const inContest: Record<string, number> = { mill: inMill, market: inMarket }
  const turnout: Record<string, number> = { mill, market }
  return {
    turnout: (unit: string) => ({ ballots: turnout[unit] ?? 0, byChannel: new Map() }),
    contest: (_contest: string, unit: string) => [inContest[unit] ?? 0, 0, 0],
    shownWith: (leaf: string) => together && leaf === 'mill' ? 'market' : undefined,
  }
}

describe('contests with more ballots than were cast', () => {
  test('are found at each place, contest by contest', () => {
    const found = findExcessBallots(structure, results({ mill: 9, market: 20, inMill: 10, inMarket: 20 }))
    expect(found.map(({ unit, contest, inContest, ballots }) => `${unit} ${contest} ${inContest}/${ballots}`)).toEqual(structure.ballotStyle('mill').map(({ id }) => `mill ${id} 10/9`))
  })

  test('are none where contests have as many or fewer: a ballot may lack one', () => {
    expect(findExcessBallots(structure, results({ mill: 10, market: 20, inMill: 10, inMarket: 19 }))).toEqual([])
  })

  test('are looked for over places that are shown together', () => {
    expect(findExcessBallots(structure, results({ mill: 1, market: 20, inMill: 0, inMarket: 21, together: true }))).toEqual([])
    expect(findExcessBallots(structure, results({ mill: 1, market: 20, inMill: 0, inMarket: 22, together: true }))[0]).toMatchObject({ unit: 'market', inContest: 22, ballots: 21 })
  })
})
