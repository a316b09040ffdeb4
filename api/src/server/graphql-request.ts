import { HeaderMap, type HTTPGraphQLRequest } from '@apollo/server'
import type { FastifyRequest } from 'fastify'
import { badInput } from './errors.js'
import { NUL_SENTENCE } from './nul.js'
import { readJson } from './request-json.js'

/** A request as Apollo reads it. Throws BAD_USER_INPUT where an address holds JSON that would not be taken in a body. */
export function readGraphqlRequest({ method, headers, body, url }: FastifyRequest): HTTPGraphQLRequest {
  const map = new HeaderMap()
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && value !== '') map.set(name, [value].flat().join(', '))
  }
  const search = searchOf(url)
  const parameters = new URLSearchParams(search)
  for (const [name, text] of parameters) {
    if (text.includes('\0')) throw badInput(NUL_SENTENCE)
    if (name === 'variables' || name === 'extensions') readJson(text, `The parameter ${name}`)
  }
  return { method, headers: map, body, search }
}

/** The document of a request, wherever it stands; undefined where there is none. */
export function queryIn({ method, body, search }: HTTPGraphQLRequest): unknown {
  if (method === 'GET') return new URLSearchParams(search).get('query') ?? undefined
  return typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined
}

/** What follows the path of an address, with its question mark. */
export function searchOf(url: string): string {
  const at = url.indexOf('?')
  return at === -1 ? '' : url.slice(at)
}
