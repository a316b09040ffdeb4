import type { Citizen, RoleApart } from '../world/citizen.js'

/** What tells who of several has the work and who stands by. */
const WORK: Record<RoleApart, string> = {
  relay: 'livetally_relay_boxes',
  tabulator: 'livetally_tabulator_boxes',
  publisher: 'livetally_publisher_elections',
}

/** Of the processes that run this role alone the one that does most, by its own metrics; the first if none answers. */
export async function busiestOf(workers: readonly Citizen[], role: RoleApart): Promise<Citizen | undefined> {
  const citizens = workers.filter(({ runs }) => runs === role)
  const work = await Promise.all(citizens.map((citizen) => workOf(citizen, WORK[role]).catch(() => -1)))
  return citizens[work.indexOf(Math.max(...work))]
}

async function workOf({ role: { url } }: Citizen, metric: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(1_000) })).text()
  return Number(text.split('\n').find((line) => line.startsWith(`${metric} `))?.split(' ')[1] ?? 0)
}
