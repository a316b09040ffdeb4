import { createHash } from 'node:crypto'
import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql'
import { badInput } from '../server/errors.js'
import type { Ref } from './ref.js'

export const MOST_PER_PAGE = 200
const DEFAULT_PER_PAGE = 50

/** Relay's connection arguments: `first` with `after`, or `last` with `before`. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true })
  first?: number | null

  @Field(() => String, { nullable: true })
  after?: string | null

  @Field(() => Int, { nullable: true })
  last?: number | null

  @Field(() => String, { nullable: true })
  before?: string | null
}

@ObjectType()
export class PageInfo {
  @Field(() => Boolean)
  readonly hasNextPage: boolean

  @Field(() => Boolean)
  readonly hasPreviousPage: boolean

  @Field(() => String, { nullable: true })
  readonly startCursor: string | null

  @Field(() => String, { nullable: true })
  readonly endCursor: string | null

  constructor(page: { hasNextPage: boolean, hasPreviousPage: boolean, cursors: readonly string[] }) {
    this.hasNextPage = page.hasNextPage
    this.hasPreviousPage = page.hasPreviousPage
    this.startCursor = page.cursors[0] ?? null
    this.endCursor = page.cursors.at(-1) ?? null
  }
}

/** What was asked for, with the limits applied. `cursor` is where reading starts, exclusive. */
export interface PageRequest { limit: number, backwards: boolean, cursor: string | undefined }

/** Checks connection arguments. Throws BAD_USER_INPUT with the rule that was broken. */
export function pageRequest({ first, after, last, before }: PageArgs): PageRequest {
  if (isGiven(first) && isGiven(last)) throw badInput('Ask for `first` or for `last`, not for both.')
  const backwards = isGiven(last) || (isGiven(before) && !isGiven(first))
  if (backwards ? isGiven(after) : isGiven(before)) throw badInput('`after` goes with `first`, and `before` with `last`.')
  const limit = last ?? first ?? DEFAULT_PER_PAGE
  if (limit < 0 || limit > MOST_PER_PAGE) throw badInput(`A page holds 0 to ${MOST_PER_PAGE} items.`)
  return { limit, backwards, cursor: (backwards ? before : after) ?? undefined }
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined
}

/** Where an item stands in its order: the value it is sorted by and its id, which settles equal values. */
export type CursorKey = readonly [value: string | number | null, id: string]

/** Names a list with what was asked of it, such as its order and filter. What is not given or null, and the order of a filter's values, make no difference. */
export function cursorScope(list: string, ...asked: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify([list, ...asked.map(canonical)])).digest('base64url').slice(0, 12)
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical).toSorted((one, other) => JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)
  if (value === undefined || value === null) return []
  if (typeof value !== 'object') return value
  return Object.entries(value).filter(([, part]) => part !== undefined && part !== null).toSorted(([one], [other]) => one < other ? -1 : 1).map(([name, part]) => [name, canonical(part)])
}

/** `scope` is that of the list which gives the cursor, and it leads on in that list alone. */
export function encodeCursor([value, id]: CursorKey, scope: string): string {
  return Buffer.from(JSON.stringify([value, id, scope])).toString('base64url')
}

/** Reads a cursor back. Throws BAD_USER_INPUT for anything that is none of ours, and for one of another list, order or filter. */
export function decodeCursor(cursor: string, scope: string): CursorKey {
  const [value, id, of, ...rest] = parseArray(Buffer.from(cursor, 'base64url').toString())
  const isValue = value === null || typeof value === 'string' || typeof value === 'number'
  if (!isValue || typeof id !== 'string' || typeof of !== 'string' || rest.length > 0) throw badInput('This cursor is none that a connection of this API has given.')
  if (of !== scope) throw badInput('This cursor is of another list, order or filter. Use it with the list, order and filter that gave it, or begin again without `after` and `before`.')
  return [value, id]
}

function parseArray(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return []
  }
}

export interface Page<Item> { items: readonly Item[], cursors: readonly string[], hasNextPage: boolean, hasPreviousPage: boolean, totalCount: number }

/**
 * Cuts a page out of a list in memory by keyset: the page goes on behind the item that the cursor names, wherever that
 * item now stands, or would stand if it is gone. Sorts `items` in place.
 * `scope` names the list (see `cursorScope`).
 */
export function cutPage<Item>(items: Item[], args: PageArgs, keyOf: (item: Item) => CursorKey, compare: (one: CursorKey, other: CursorKey) => number, scope: string): Page<Item> {
  const { limit, backwards, cursor } = pageRequest(args)
  const sorted = items.map((item) => ({ item, key: keyOf(item) })).sort((one, other) => compare(one.key, other.key))
  const from = cursor === undefined ? undefined : decodeCursor(cursor, scope)
  const beyond = from === undefined ? sorted : sorted.filter(({ key }) => backwards ? compare(key, from) < 0 : compare(key, from) > 0)
  const taken = limit === 0 ? [] : backwards ? beyond.slice(-limit) : beyond.slice(0, limit)
  return {
    items: taken.map(({ item }) => item),
    cursors: taken.map(({ key }) => encodeCursor(key, scope)),
    hasNextPage: backwards ? beyond.length < sorted.length : beyond.length > taken.length,
    hasPreviousPage: backwards ? beyond.length > taken.length : beyond.length < sorted.length,
    totalCount: sorted.length,
  }
}

export interface Edge<Item> { readonly cursor: string, readonly node: Item }
export interface Connection<Item> { readonly edges: Edge<Item>[], readonly nodes: readonly Item[], readonly pageInfo: PageInfo, readonly totalCount: number }

/** Declares `<name>Edge` and `<name>Connection`; `of` fills one with a page. */
export function connectionOf<Item extends object>(name: string, node: () => ClassType<Item>): { type: ClassType<Connection<Item>>, of: (page: Page<Item>) => Connection<Item> } {
  @ObjectType(`${name}Edge`)
  class EdgeType implements Edge<Item> {
    @Field(() => String)
    cursor!: string

    @Field(node)
    node!: Ref<Item>
  }

  @ObjectType(`${name}Connection`)
  class ConnectionType implements Connection<Item> {
    @Field(() => [EdgeType])
    edges!: Edge<Item>[]

    @Field(() => [node()])
    nodes!: readonly Item[]

    @Field(() => PageInfo)
    pageInfo!: PageInfo

    @Field(() => Int, { description: 'How many there are on all pages together.' })
    totalCount!: number
  }

  return {
    type: ConnectionType,
    of: (page) => Object.assign(new ConnectionType(), {
      edges: page.items.map((item, at) => Object.assign(new EdgeType(), { cursor: page.cursors[at] ?? '', node: item })),
      nodes: page.items,
      pageInfo: new PageInfo(page),
      totalCount: page.totalCount,
    }),
  }
}
