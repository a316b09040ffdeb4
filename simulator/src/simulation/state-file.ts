import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const shape = z.object({ electionId: z.string(), opensAt: z.string(), next: z.int().min(0) })

/** How far a simulation came: the number of the next voter. Belongs to one election and seed. */
export interface StateFile {
  /** 0 for an election not simulated before. */
  read(): Promise<number>
  write(next: number): Promise<void>
}

export function createStateFile(home: string, name: string, election: { id: string, opensAt: string }): StateFile {
  const path = join(home, `${name.replace(/[^A-Za-z0-9/-]/g, '_')}.json`)
  return {
    read: async () => {
      const text = await readFile(path, 'utf8').catch(() => null)
      const parsed = shape.safeParse(parseOrNull(text ?? ''))
      return parsed.success && parsed.data.electionId === election.id && parsed.data.opensAt === election.opensAt ? parsed.data.next : 0
    },
    write: async (next) => {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.new`, JSON.stringify({ electionId: election.id, opensAt: election.opensAt, next }))
      await rename(`${path}.new`, path)
    },
  }
}

/** A file that was cut off says nothing. */
function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
