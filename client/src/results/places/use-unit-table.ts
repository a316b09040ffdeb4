import { refDebounced } from '@vueuse/core'
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { useRefreshedQuery } from '../../graphql/use-refreshed-query.js'
import { useQueryParameter } from '../../ui/use-query-parameter.js'
import { turnoutByUnitDocument, unitKindsDocument, type TurnoutVariables, type UnitKind, type UnitOrder, type UnitTurnout } from './documents.js'
import { keepPlace } from './keep-place.js'

export const PAGE_ROWS = 10
const ORDERS: readonly UnitOrder[] = ['NAME_ASC', 'NAME_DESC', 'BALLOTS_ASC', 'BALLOTS_DESC', 'TURNOUT_ASC', 'TURNOUT_DESC', 'ELIGIBLE_ASC', 'ELIGIBLE_DESC']
export type UnitColumn = 'NAME' | 'BALLOTS' | 'TURNOUT' | 'ELIGIBLE'

/** Where the reader is: the number of the first row, and the cursors that lead there. */
interface Place { offset: number, after?: string, before?: string }

/**
 * Turnout by unit, searched, sorted and paged on the server. Search, kind and order live in the URL. New revisions
 * change the numbers; rows keep their place until the reader sorts, searches or turns the page.
 */
export function useUnitTable(options: { electionId: () => string, revision: () => number, isActive: Readonly<Ref<boolean>> }) {
  const search = useQueryParameter('unit')
  const typed = ref(search.value)
  const settled = refDebounced(typed, 250)
  const kindParameter = useQueryParameter('kind')
  const sortParameter = useQueryParameter('sort', 'NAME_ASC')
  const place = shallowRef<Place>({ offset: 0 })

  const kindsQuery = useRefreshedQuery(unitKindsDocument, () => ({ electionId: options.electionId() }), { revision: 0, isActive: options.isActive })
  const kinds = computed(() => countKinds(kindsQuery.data.value?.election ?? {}))
  /** Unless the reader chose: the kind with the most units, which is where ballots are cast. */
  const kind = computed(() => kindParameter.value === '' ? kinds.value.reduce<{ kind: UnitKind | '', units: number }>((most, one) => one.units > most.units ? one : most, { kind: '', units: 0 }).kind : kindParameter.value)
  const order = computed<UnitOrder>(() => ORDERS.find((one) => one === sortParameter.value) ?? 'NAME_ASC')

  const query = useRefreshedQuery(turnoutByUnitDocument, (): TurnoutVariables | null => {
    if (kindsQuery.isLoading.value) return null
    const kindFilter = kinds.value.find((one) => one.kind === kind.value)
    return {
      electionId: options.electionId(),
      orderBy: order.value,
      filter: { ...(search.value === '' ? {} : { search: search.value }), ...(kindFilter === undefined ? {} : { kinds: [kindFilter.kind] }) },
      ...(place.value.before === undefined
        ? { first: PAGE_ROWS, ...(place.value.after === undefined ? {} : { after: place.value.after }) }
        : { last: PAGE_ROWS, before: place.value.before }),
    }
  }, { revision: options.revision, isActive: options.isActive })

  const connection = computed(() => query.data.value?.election?.results?.turnoutByUnit ?? null)
  const rows = shallowRef<UnitTurnout[]>([])
  const isMoved = ref(false)
  let shownFor = ''
  watch(connection, (fresh) => {
    const view = JSON.stringify(query.answered.value)
    const kept = keepPlace(view === shownFor ? rows.value : [], fresh?.nodes ?? [], (row) => row.reportingUnit.id)
    shownFor = view
    rows.value = kept.rows
    isMoved.value = kept.isMoved
  })
  watch(settled, (text) => { search.value = text.trim() })
  watch([search, kind, order], () => { place.value = { offset: 0 } })

  return {
    typed,
    kind: computed({ get: () => kind.value, set: (value: string) => { kindParameter.value = value } }),
    kinds,
    order,
    rows: computed(() => rows.value),
    isMoved: computed(() => isMoved.value),
    isLoading: computed(() => connection.value === null && query.error.value === null),
    error: query.error,
    total: computed(() => connection.value?.totalCount ?? 0),
    from: computed(() => rows.value.length === 0 ? 0 : place.value.offset + 1),
    hasPrevious: computed(() => place.value.offset > 0),
    hasNext: computed(() => connection.value?.pageInfo.hasNextPage ?? false),
    sortAgain(): void {
      rows.value = [...connection.value?.nodes ?? []]
      isMoved.value = false
    },
    sortBy(column: UnitColumn): void {
      const ascending: UnitOrder = `${column}_ASC`
      const descending: UnitOrder = `${column}_DESC`
      // Names begin with A, numbers with the greatest; the same column again turns the order round.
      const first = column === 'NAME' ? ascending : descending
      sortParameter.value = order.value === first ? (first === ascending ? descending : ascending) : first
    },
    next(): void {
      const cursor = connection.value?.pageInfo.endCursor
      if (cursor != null) place.value = { offset: place.value.offset + PAGE_ROWS, after: cursor }
    },
    previous(): void {
      const cursor = connection.value?.pageInfo.startCursor
      const offset = Math.max(0, place.value.offset - PAGE_ROWS)
      place.value = offset === 0 || cursor == null ? { offset: 0 } : { offset, before: cursor }
    },
  }
}

function countKinds(counts: object): { kind: UnitKind, units: number }[] {
  return Object.entries(counts).flatMap(([kind, connection]: [string, unknown]) => {
    const units = typeof connection === 'object' && connection !== null && 'totalCount' in connection ? Number(connection.totalCount) : 0
    return units > 0 ? [{ kind: kind as UnitKind, units }] : []
  })
}
