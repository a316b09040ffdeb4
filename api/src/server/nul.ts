import { GraphQLError, type ValidationRule } from 'graphql/index.js'

export const NUL_SENTENCE = 'Text must not contain the character U+0000.'

/** Whether text anywhere in a JSON value holds U+0000, the one character that Postgres' text cannot hold. Any depth will do. */
export function hasNul(value: unknown): boolean {
  const waiting = [value]
  while (waiting.length > 0) {
    const one = waiting.pop()
    if (typeof one === 'string' && one.includes('\0')) return true
    if (typeof one !== 'object' || one === null) continue
    for (const [name, inner] of Object.entries(one)) {
      if (name.includes('\0')) return true
      waiting.push(inner)
    }
  }
  return false
}

/** Refuses documents whose own text holds it, written as an escape. */
export const refuseNul: ValidationRule = (context) => ({
  StringValue(node) {
    if (node.value.includes('\0')) context.reportError(new GraphQLError(NUL_SENTENCE, { nodes: node }))
  },
})
