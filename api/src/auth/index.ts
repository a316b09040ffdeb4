export { openTokens, type OpenTokens } from './open-tokens.js'
export { createTokens, STAFF_ROLES, tokenIdOf, type StaffRole, type Tokens } from './tokens.js'
