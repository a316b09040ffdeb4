export { electionKeys, type ElectionKeys } from './election-keys.js'
export { MasterKeyError, readMasterKey } from './master-key.js'
export { createTokens, STAFF_ROLES, type StaffRole, type Tokens } from './tokens.js'
