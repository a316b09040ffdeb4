import { ELECTION_PHASES, type ElectionPhase } from '@livetally/core/election'
import { isAboutTheServer, type ElectionOrder, type ElectionStore } from '@livetally/core/store'
import type { KnownElection } from '@livetally/core/voting'
import { badInput, notFound } from '../server/errors.js'
import { cursorScope, decodeCursor, encodeCursor, pageRequest, type Page, type PageArgs } from '../schema/page.js'
import { seesDraft, seesDrafts, type Identity } from '../auth/identity.js'
import type { ElectionRegistry } from './election-registry.js'

export interface ElectionQuery { search?: string | null, phases?: readonly ElectionPhase[] | null, orderBy: ElectionOrder }

/** Elections as the asking person may see them: drafts are for officials. */
export interface ElectionDirectory {
  find(identity: Identity, key: number): Promise<KnownElection | undefined>
  findBySlug(identity: Identity, slug: string): Promise<KnownElection | undefined>
  /** Throws NOT_FOUND. */
  require(identity: Identity, key: number | undefined): Promise<KnownElection>
  list(identity: Identity, query: ElectionQuery, args: PageArgs): Promise<Page<KnownElection>>
}

const PUBLIC_PHASES = ELECTION_PHASES.filter((phase) => phase !== 'DRAFT')

export function createElectionDirectory({ elections, store }: { elections: ElectionRegistry, store: Pick<ElectionStore, 'list'> }): ElectionDirectory {
  const visible = (identity: Identity, known: KnownElection | undefined): KnownElection | undefined =>
    known?.election.phase === 'DRAFT' && !seesDraft(identity, known.election.key) ? undefined : known
  const find: ElectionDirectory['find'] = async (identity, key) => visible(identity, await elections.get(key))

  return {
    find,
    findBySlug: async (identity, slug) => visible(identity, await elections.getBySlug(slug)),
    async require(identity, key) {
      const known = key === undefined ? undefined : await find(identity, key)
      if (known === undefined) throw notFound('There is no such election.')
      return known
    },
    async list(identity, { search, phases, orderBy }, args) {
      const { limit, backwards, cursor } = pageRequest(args)
      const scope = cursorScope('elections', orderBy, { search, phases })
      const wanted = phases ?? ELECTION_PHASES
      const allowed = seesDrafts(identity) ? wanted : PUBLIC_PHASES.filter((phase) => wanted.includes(phase))
      if (allowed.length === 0) return { items: [], cursors: [], hasNextPage: false, hasPreviousPage: false, totalCount: 0 }
      const page = await listing(store.list({
        orderBy, limit: limit + 1, backwards, phases: allowed,
        ...(search === null || search === undefined ? {} : { search: search.replaceAll('\0', '') }),
        ...(cursor === undefined ? {} : { after: afterOf(cursor, scope) }),
      }))
      const hasMore = page.rows.length > limit
      const rows = hasMore ? (backwards ? page.rows.slice(1) : page.rows.slice(0, limit)) : page.rows
      const found = (await Promise.all(rows.map(async (row) => ({ row, known: await elections.get(row.key) }))))
        .flatMap(({ row, known }) => known === undefined ? [] : [{ row, known }])
      return {
        items: found.map(({ known }) => known),
        cursors: found.map(({ row }) => encodeCursor([orderBy.startsWith('NAME') ? row.name : row.opensAt, String(row.key)], scope)),
        hasNextPage: backwards ? cursor !== undefined : hasMore,
        hasPreviousPage: backwards ? hasMore : cursor !== undefined,
        totalCount: page.totalCount,
      }
    },
  }
}

/** A cursor that was tampered with can hold a value that Postgres cannot read as a date: the client's fault, not the server's. */
async function listing<Found>(found: Promise<Found>): Promise<Found> {
  try {
    return await found
  } catch (error) {
    const isDataError = error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('22')
    if (isDataError && !isAboutTheServer(error)) throw badInput('This cursor is none that a connection of this API has given.')
    throw error
  }
}

function afterOf(cursor: string, scope: string): { value: string, key: number } {
  const [value, id] = decodeCursor(cursor, scope)
  const key = Number(id)
  if (typeof value !== 'string' || !Number.isSafeInteger(key) || key < 0 || key > 2_147_483_647) throw badInput('This cursor is none that a connection of this API has given.')
  return { value, key }
}
