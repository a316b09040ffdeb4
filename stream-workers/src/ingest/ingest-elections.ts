import { isSameState } from '@livetally/core/election'
import type { ElectionStore, ElectionVersion } from '@livetally/core/store'
import { equipElection, type KnownElection } from '@livetally/core/voting'
import type { Clock } from '../pace.js'

/** Elections as the ingest worker needs them: by slug, and never older than a second. */
export interface IngestElections {
  /**
   * Undefined if there is none. Rejects while the database cannot be asked. `since`, on the worker's clock: what was known
   * before is too old.
   */
  bySlug(slug: string, since?: number): Promise<KnownElection | undefined>
  /** What was known is too old: the next question asks the database. */
  expire(): void
}

const FRESH_MS = 1_000
const KEPT = 200

export function createIngestElections({ store, masterKey, clock }: { store: Pick<ElectionStore, 'load' | 'keyFingerprint' | 'versions'>, masterKey: Buffer, clock: Clock }): IngestElections {
  const known = new Map<string, Promise<KnownElection | undefined>>()
  let versions: Promise<ReadonlyMap<string, ElectionVersion>> | undefined
  let askedAt = Number.NEGATIVE_INFINITY

  const ask = async (): Promise<ReadonlyMap<string, ElectionVersion>> => new Map((await store.versions()).map((version) => [version.slug, version]))
  const newest = (since: number): Promise<ReadonlyMap<string, ElectionVersion>> => {
    if (versions !== undefined && clock.now() - askedAt < FRESH_MS && askedAt >= since) return versions
    askedAt = clock.now()
    const asking = ask()
    versions = asking
    asking.catch(() => { if (versions === asking) versions = undefined })
    return asking
  }
  const load = (slug: string, key: number): Promise<KnownElection | undefined> => {
    const loading = (async () => {
      const election = await store.load(key)
      return election && equipElection(election, masterKey, await store.keyFingerprint(key))
    })()
    known.delete(slug)
    known.set(slug, loading)
    loading.catch(() => { if (known.get(slug) === loading) known.delete(slug) })
    for (const oldest of known.keys()) {
      if (known.size <= KEPT) break
      known.delete(oldest)
    }
    return loading
  }
  return {
    async bySlug(slug, since = Number.NEGATIVE_INFINITY) {
      const version = (await newest(since)).get(slug)
      if (version === undefined) return undefined
      const held = known.get(slug)
      const found = held === undefined ? undefined : await held
      return found !== undefined && isCurrent(found, version) ? found : reload(slug, version, held)
    },
    expire() { versions = undefined },
  }

  /** Whoever waited for the same outdated election shares its reload. */
  function reload(slug: string, { key }: ElectionVersion, outdated: Promise<KnownElection | undefined> | undefined): Promise<KnownElection | undefined> {
    const held = known.get(slug)
    return held !== undefined && held !== outdated ? held : load(slug, key)
  }
}

function isCurrent({ election }: KnownElection, version: ElectionVersion): boolean {
  return election.key === version.key && isSameState(election, version)
}
