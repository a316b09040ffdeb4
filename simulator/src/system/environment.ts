import { resolve } from 'node:path'
import { z } from 'zod'

const shape = z.object({
  LIVETALLY_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) address such as http://localhost:4000' }).optional(),
  LIVETALLY_TOKEN: z.string().min(1, 'must not be empty').optional(),
  LIVETALLY_INGEST_TOKEN: z.string().min(1, 'must not be empty').optional(),
  LIVETALLY_HOME: z.string().min(1, 'must not be empty').default('.livetally'),
  /** Where npm was called: paths on the command line are meant from there. */
  INIT_CWD: z.string().optional(),
})

export interface Environment {
  url?: string
  /** Role MANAGER; used for ballots too where no ingest token is given. */
  token?: string
  ingestToken?: string
  home: string
  workingFolder: string
}

/** Reads the settings of the simulator's commands. Names every bad one at once and ends the process with 1. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = shape.safeParse(variables)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) console.error(`${issue.path.join('.')} ${issue.message}`)
    process.exit(1)
  }
  const { LIVETALLY_URL, LIVETALLY_TOKEN, LIVETALLY_INGEST_TOKEN, LIVETALLY_HOME, INIT_CWD } = parsed.data
  return {
    ...(LIVETALLY_URL === undefined ? {} : { url: LIVETALLY_URL }),
    ...(LIVETALLY_TOKEN === undefined ? {} : { token: LIVETALLY_TOKEN }),
    ...(LIVETALLY_INGEST_TOKEN === undefined ? {} : { ingestToken: LIVETALLY_INGEST_TOKEN }),
    home: resolve(LIVETALLY_HOME),
    workingFolder: INIT_CWD ?? process.cwd(),
  }
}
