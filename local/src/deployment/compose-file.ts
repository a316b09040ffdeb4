import { z } from 'zod'
import { parse } from 'yaml'

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const service = z.object({
  image: z.string(),
  build: z.union([z.string(), z.object({ context: z.string() })]).optional(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  profiles: z.array(z.string()).default([]),
  environment: z.record(z.string(), scalar).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']) })).default({}),
  healthcheck: z.object({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.number() }).optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']).optional(),
})

const composeFile = z.object({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()).default({}),
})

export type ComposeFile = z.infer<typeof composeFile>
export type ComposeService = z.infer<typeof service>

/** Reads as much of a docker-compose.yml as its shape test looks at. Throws on anything of another shape. */
export function parseComposeFile(text: string): ComposeFile {
  return composeFile.parse(parse(text, { merge: true }))
}

/** A service that does its work once and ends: one that others wait for, such as the migrations, or a command. */
export function isOneShot(name: string, { services }: ComposeFile): boolean {
  const awaited = Object.values(services).some(({ depends_on: needs }) => needs[name]?.condition === 'service_completed_successfully')
  return (awaited || services[name]?.profiles.includes('commands') === true) && services[name]?.restart === 'no'
}

/** Names that an `environment.ts` reads: the keys of its schema, in capitals. */
export function settingsNamedIn(source: string): Set<string> {
  return new Set([...source.matchAll(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)\b\s*:/g)].map(([, name = '']) => name))
}
