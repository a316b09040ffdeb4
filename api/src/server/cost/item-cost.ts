import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql/index.js'

/** What one item of a list adds to an answer: its fields, and the bytes of their names as the answer writes them. */
export interface ItemCost { readonly fields: number, readonly bytes: number }

type Fragments = GraphQLResolveInfo['fragments']

/** Quotes, colon and comma. */
const PUNCTUATION = 4
const NOTHING: ItemCost = { fields: 0, bytes: 0 }

const known = new WeakMap<FieldNode, ItemCost>()

/** Fields of an item and what is in them once; a list within is charged again by its own length. */
export function itemCost({ fieldNodes, fragments }: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): ItemCost {
  const { fields, bytes } = fieldNodes.reduce((sum, node) => {
    const cost = known.get(node) ?? ofSet(node.selectionSet, fragments, new Map())
    known.set(node, cost)
    return add(sum, cost)
  }, NOTHING)
  return { fields: Math.max(1, fields), bytes }
}

function ofSet(set: SelectionSetNode | undefined, fragments: Fragments, counted: Map<string, ItemCost>): ItemCost {
  return (set?.selections ?? []).reduce((sum, selection) => {
    switch (selection.kind) {
      case Kind.FIELD: return add(sum, add(ofName(selection), ofSet(selection.selectionSet, fragments, counted)))
      case Kind.INLINE_FRAGMENT: return add(sum, ofSet(selection.selectionSet, fragments, counted))
      case Kind.FRAGMENT_SPREAD: {
        const name = selection.name.value
        const cost = counted.get(name) ?? ofSet(fragments[name]?.selectionSet, fragments, counted)
        counted.set(name, cost)
        return add(sum, cost)
      }
    }
  }, NOTHING)
}

function ofName({ alias, name }: FieldNode): ItemCost {
  return { fields: 1, bytes: (alias ?? name).value.length + PUNCTUATION }
}

function add(one: ItemCost, other: ItemCost): ItemCost {
  return { fields: one.fields + other.fields, bytes: one.bytes + other.bytes }
}
