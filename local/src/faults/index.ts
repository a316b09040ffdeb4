export { openElection, type ElectionUnderTest } from './election-under-test.js'
export { voterClaims } from './voter-claims.js'
