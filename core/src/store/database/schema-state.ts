/** A sentence for a person if the database has gone through migrations that this release does not know. */
export function findUnknown(done: readonly string[], known: readonly string[]): string | undefined {
  const unknown = done.filter((name) => !known.includes(name))
  if (unknown.length === 0) return undefined
  return `This release of LiveTally is older than the database, which has gone through ${listed(unknown)}. Start the release that made it, or restore a backup from before.`
}

export const EARLIER = 'The database is of an earlier release than this one: run "npm run migrate" with this DATABASE_URL.'

/** A sentence for a person if the database has not gone through all migrations of this release. */
export function findMissing(done: readonly string[], known: readonly string[]): string | undefined {
  const missing = known.filter((name) => !done.includes(name))
  if (missing.length === 0) return undefined
  if (done.length === 0) return 'The database is empty: run "npm run migrate" with this DATABASE_URL.'
  return `${EARLIER} Missing: ${listed(missing)}.`
}

const MOST_LISTED = 3

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).join(', ')
  return names.length > MOST_LISTED ? `${shown} and ${names.length - MOST_LISTED} more` : shown
}
