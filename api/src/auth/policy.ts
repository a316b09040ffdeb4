import { parseId } from '@livetally/core/election'
import { Extensions } from 'type-graphql'
import type { Role } from '../schema/vocabulary.js'
import { forbidden, unauthenticated } from '../server/errors.js'
import { boundElection, type Identity } from './identity.js'

/** Who may ask for a root field. */
export type Policy = 'EVERYBODY' | readonly Role[]

/** Names the policy of a query, mutation or subscription. Fields without one are refused to everybody (see `finishSchema`). */
export function Allowed(...roles: ['EVERYBODY'] | Role[]): MethodDecorator {
  const policy: Policy = roles[0] === 'EVERYBODY' ? 'EVERYBODY' : roles.filter((role) => role !== 'EVERYBODY')
  return Extensions({ policy }) as MethodDecorator
}

/** Throws UNAUTHENTICATED or FORBIDDEN unless the policy lets the role in. No policy lets nobody in. */
export function enforcePolicy(policy: Policy | undefined, role: Role): void {
  if (policy === 'EVERYBODY' || policy?.includes(role) === true) return
  if (role === 'ANONYMOUS') throw unauthenticated('This needs a token: send it as `Authorization: Bearer …`.')
  throw forbidden(`The role ${role} may not do this.`)
}

/** Throws FORBIDDEN where a token that is for one election would change another one, or anything that is of none. */
export function enforceBinding(identity: Identity, args: Readonly<Record<string, unknown>>): void {
  const election = boundElection(identity)
  const named = electionsIn(args)
  if (election === undefined || (named.length > 0 && named.every((one) => one === election))) return
  throw forbidden('This token is for another election.')
}

/** Elections that a mutation names, in its arguments or its input. */
function electionsIn({ id, electionId, input }: Readonly<Record<string, unknown>>): number[] {
  const named = [id, electionId, ...(typeof input === 'object' && input !== null && 'electionId' in input ? [input.electionId] : [])]
  return named.flatMap((text) => {
    const parsed = typeof text === 'string' ? parseId(text) : undefined
    return parsed?.kind === 'election' ? [parsed.key] : []
  })
}
