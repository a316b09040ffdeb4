import { describe, expect, it } from 'vitest'
import { demoElection } from '../demo/demo-election.js'
import { shapeOfDefinition } from '../system/election-shape.js'
import { codesCsv } from './codes-csv.js'
import { readRoll } from './roll-file.js'
import { syntheticRoll } from './synthetic-roll.js'

const shape = shapeOfDefinition(demoElection(), 12)

describe('an electoral roll', () => {
  it('is read with places, channels and attributes', () => {
    expect(readRoll('voter_id,reporting_unit,name,channel,education\nv-1,alder-01,"Otter, Ada",online,bachelor\nv-2,e12/u/birch-02,,,\n', shape)).toEqual({
      ok: true,
      lines: [2, 3],
      voters: [
        { voterId: 'v-1', reportingUnitId: 'e12/u/alder-01', name: 'Otter, Ada', channel: 'ONLINE', attributes: [{ attributeId: 'e12/a/education', valueId: 'bachelor' }] },
        { voterId: 'v-2', reportingUnitId: 'e12/u/birch-02', attributes: [] },
      ],
    })
  })

  it('has every problem named with its line', () => {
    expect(readRoll('voter_id,reporting_unit,channel,education\nv-1,alder,,\n,alder-01,fax,\nv-1,alder-01,,magic\nv-3,alder-02\n', shape)).toEqual({ ok: false, problems: [
      'Line 2: "alder" is not a place of this election where ballots are cast.',
      'Line 3: voter_id is empty.',
      'Line 3: channel "fax" is none of ONLINE, ELECTION_DAY, EARLY, ABSENTEE_MAIL, PROVISIONAL.',
      'Line 4: voter_id "v-1" stands on line 2 too.',
      'Line 4: education "magic" is none of high-school, some-college, bachelor, graduate.',
      'Line 5: 2 fields where the header has 4.',
    ] })
    expect(readRoll('voter,reporting_unit\nv-1,alder-01\n', shape)).toMatchObject({ ok: false, problems: ['Line 1: the column "voter_id" is missing.', expect.stringContaining('"voter" is neither')] })
    expect(readRoll('', shape)).toEqual({ ok: false, problems: ['The file is empty.'] })
  })

  it.each(['V4', ' v4 ', 'Ｖ４', 'V\u200b4'])('takes v4 and "%s" for one voter', (spelling) => {
    expect(readRoll(`voter_id,reporting_unit\nv4,alder-01\n${spelling},alder-02\n`, shape)).toMatchObject({ ok: false, problems: [expect.stringContaining('stands on line 2 too')] })
  })

  it('can be made up, the same for the same seed, with a known place and a name for everybody', () => {
    const roll = syntheticRoll(shape, 300, '9')
    expect(syntheticRoll(shape, 300, '9')).toEqual(roll)
    expect(new Set(roll.map(({ voterId }) => voterId)).size).toBe(300)
    expect(new Set(roll.map(({ reportingUnitId }) => reportingUnitId)).size).toBeGreaterThan(20)
    expect(roll.every(({ name }) => name !== undefined && name.includes(' '))).toBe(true)
  })

  it('gets its voting codes as CSV in its own order', () => {
    const voters = [{ voterId: 'v-2', reportingUnitId: 'e12/u/alder-01', name: 'Otter, "Ada"' }, { voterId: 'v-1', reportingUnitId: 'e12/u/alder-02' }, { voterId: 'v-3', reportingUnitId: 'e12/u/alder-02' }]
    expect(codesCsv(voters, [{ voterId: 'v-1', votingCode: '7KQ2-M4XD-9TRB' }, { voterId: 'v-2', votingCode: 'AAAA-BBBB-CCCC' }]))
      .toBe('voter_id,voting_code,reporting_unit,name\nv-2,AAAA-BBBB-CCCC,alder-01,"Otter, ""Ada"""\nv-1,7KQ2-M4XD-9TRB,alder-02,\n')
  })
})
