/**
 * Node's flags of every worker process, as in docker-compose.yml and `npm run workers`. Where the young generation has room
 * for two fetches, the records of a backlog die in it; with Node's 16 MB they wait in the old one for its collection: 233 MiB
 * at most instead of 177, and a fifth more CPU per ballot.
 */
export const WORKER_FLAGS: readonly string[] = ['--max-semi-space-size=32']
