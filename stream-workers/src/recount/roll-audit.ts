import type pg from 'pg'
import type { RecountElection } from './recount-election.js'

/**
 * Counts the roll again, group by group in the plainest way there is, as far as the published electorate says that it goes,
 * and names what differs. It knows nothing of how the publisher counts.
 */
export async function auditRoll(client: pg.ClientBase, election: RecountElection, published: ReadonlyMap<string, readonly number[]>, limit = 20): Promise<string[]> {
  const [, nextNumber = 0] = published.get('/') ?? []
  const counted = new Map<string, number>()
  const add = (key: string, voters: number): void => { counted.set(key, (counted.get(key) ?? 0) + voters) }
  const views = [...published].filter(([key, [voters]]) => key.endsWith('/') && voters !== 0).map(([key]) => key.slice(0, -1))
  const { rows } = await client.query<{ unit: string, attributes: Record<string, string>, voters: string }>(
    'SELECT unit, attributes, count(*) AS voters FROM voter WHERE election = $1 AND number < $2 GROUP BY unit, attributes', [election.key, nextNumber])
  for (const { unit, attributes, voters } of rows) {
    for (const view of views) {
      add(`${view}/`, Number(voters))
      if (view === '') continue
      add(`${view}/${view.split(',').map((name) => name.startsWith('unit:') ? election.groups.get(`${name}/${unit}`) ?? '_unknown' : attributes[name] ?? '_unknown').join(',')}`, Number(voters))
    }
  }
  const problems = [...new Set([...counted.keys(), ...published.keys()])].flatMap((key) => {
    const [one, other] = [counted.get(key) ?? 0, published.get(key)?.[0] ?? 0]
    return one === other ? [] : [`electorate ${key} is ${one} by the roll and ${other} as published`]
  })
  return [...problems, ...await auditUnits(client, election.key)].slice(0, limit)
}

/** The number that every polling place keeps of its registered voters, against the roll. */
async function auditUnits(client: pg.ClientBase, election: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string, registered: number, voters: string }>(`
    SELECT u.id, u.registered_voters AS registered, coalesce(v.voters, 0) AS voters FROM reporting_unit u
    LEFT JOIN (SELECT unit, count(*) AS voters FROM voter WHERE election = $1 GROUP BY unit) v ON v.unit = u.id
    WHERE u.election = $1 AND u.registered_voters <> coalesce(v.voters, 0)`, [election])
  return rows.map(({ id, registered, voters }) => `${id} says ${registered} registered voters and the roll has ${voters}`)
}
