import { post, repeat, type Attack } from './attack.js'

const SIGN_IN = 'mutation ($id: ID!, $code: String!) { signInWithVotingCode(electionId: $id, code: $code) { __typename } }'

/** Guessed voting codes, twenty at once. */
export const guessedCodes: Attack = async (tools) => repeat(tools, (turn) =>
  post(tools, JSON.stringify({ query: SIGN_IN, variables: { id: tools.target.electionId, code: `GUESS-${turn}` } })), { lanes: 20, pauseMs: 5 })

/** Tokens that nobody issued, each another one, and addresses that others pretend to have. */
export const forgedTokens: Attack = async (tools) => repeat(tools, (turn) => post(tools, '{"query":"{ __typename }"}', {
  headers: { 'content-type': 'application/json', authorization: `Bearer forged.${turn}.token`, 'x-forwarded-for': `10.0.${turn >> 8 & 255}.${turn & 255}` },
}), { lanes: 5, pauseMs: 5 })
