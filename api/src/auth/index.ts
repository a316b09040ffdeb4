export { createTokens, STAFF_ROLES, type StaffRole, type Tokens } from './tokens.js'
