import { describe, expect, test } from 'vitest'
import { tokensUnderTest } from '../testing/token-book-under-test.js'
import { knownBreakfast } from '../testing/breakfast-election.js'
import { createRoll } from './roll.js'
import { createSignIn } from './sign-in.js'
import { createSignInAttempts } from './sign-in-attempts.js'

const UNAVAILABLE = { code: 'UNAVAILABLE', message: expect.stringContaining('another master key') as string }
const nobody = async (): Promise<never> => { throw new Error('the roll was asked') }
const voters = { register: nobody, findByCode: nobody, reissue: nobody }

describe('an API whose master key is not that of the election', () => {
  test('tells voters that it is not available, not that their code is not known, however often they try', async () => {
    const signIn = createSignIn({ voters, tokens: tokensUnderTest(), attempts: createSignInAttempts({ perMinute: 2 }) })
    for (let attempt = 0; attempt < 5; attempt += 1) await expect(signIn.withVotingCode(knownBreakfast(undefined, false), 'AAAA-BBBB-CCCC', { address: '192.0.2.1' })).rejects.toMatchObject(UNAVAILABLE)
  })

  test('registers nobody: their codes would open nothing', async () => {
    const roll = createRoll({ voters, elections: { eligibleVoters: nobody } })
    await expect(roll.register(knownBreakfast(undefined, false), [{ voterId: 'anna', reportingUnitId: 'n1' }])).rejects.toMatchObject(UNAVAILABLE)
    await expect(roll.reissue(knownBreakfast(undefined, false), { voterId: 'anna', issuedBy: 'Ada' })).rejects.toMatchObject(UNAVAILABLE)
  })
})
