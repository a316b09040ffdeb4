import { GraphQLError } from 'graphql/index.js'

/**
 * The sentence for a fault of the request itself (syntax, validation, variables, arguments), with the values it contained
 * left out: they may be anybody's. Undefined if the error is none of these.
 */
export function describeRequestError(error: GraphQLError): string | undefined {
  if (error.path !== undefined) return /^Argument "\w+" (has invalid value|of (required|non-null) type)/.test(error.message) ? withoutValue(error.message) : undefined
  if (isVariableError(error)) return describeVariable(error)
  return isAllGraphql(error) ? withoutValue(error.message) : undefined
}

/** Apollo wraps what graphql-js found; what anything else threw is no fault of the request. */
function isAllGraphql(error: GraphQLError): boolean {
  let cause: unknown = error
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError
  return cause instanceof GraphQLError
}

function isVariableError({ message }: GraphQLError): boolean {
  return /^Variable "\$\w+" got invalid value /.test(message)
}

/** graphql-js writes `Variable "$name" got invalid value <value> at "place"; <reason>`. */
function describeVariable(error: GraphQLError): string {
  const name = /^Variable "(\$\w+)"/.exec(error.message)?.[1] ?? ''
  const reason = error.originalError?.message ?? ''
  const before = reason !== '' && error.message.endsWith(reason) ? error.message.slice(0, -reason.length).replace(/; $/, '') : ''
  const place = / at "([\w.[\]]{1,200})"$/.exec(before)?.[1]
  return `The variable ${name} has a value that does not fit${place === undefined ? '' : ` at ${place}`}${reason === '' ? '' : `: ${withoutValue(reason)}`}`
}

/** Cuts off the places at which graphql-js and the scalars repeat what was sent. */
function withoutValue(message: string): string {
  return message
    .replace(/^Value ".*" does not exist in (".+?" enum)\.?.*$/s, 'The value does not exist in $1.')
    .replace(/^Value .* does not exist in (".+?" enum)\.?.*$/s, 'The value does not exist in $1.')
    .replace(/(cannot represent (?:an? )?(?:[\w-]+ )*?(?:value|integer|date-time-string|date-string|time-string))\b.*$/s, '$1.')
    .replace(/(has invalid value) .*$/s, '$1.')
    .replace(/(, found|: Unexpected|Value is not a valid [\w ]+:).*$/s, (_, head: string) => head.startsWith('Value') ? `${head.slice(0, -1)}.` : '.')
    .replace(/^(Expected type "[\w![\]]+")\. .*$/s, '$1.')
    .slice(0, 400)
}
