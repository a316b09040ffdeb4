import { DEMO_SLUG } from '../demo/demo-election.js'

/** The election that a simulation makes for itself. */
export const slugOfSimulation = (seed: string): string => `simulation-${seed.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`

/** Why nobody invented should vote in the election of that name unless a person confirms it; undefined where a simulation has made it. */
export function doubtAbout(slug: string | undefined): string | undefined {
  if (slug === undefined || slug === DEMO_SLUG || /^simulation-[a-z0-9-]+$/.test(slug)) return undefined
  return `"${slug}" is no election that npm run simulate has made. It would be opened, and invented people would vote in it: no ballot can ever be taken out again. Say --yes if it is there for that.`
}
