import { Extensions } from 'type-graphql'
import type { Role } from '../schema/vocabulary.js'
import { forbidden, unauthenticated } from '../server/errors.js'

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
