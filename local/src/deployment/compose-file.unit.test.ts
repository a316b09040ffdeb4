import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { durableSettings, logSettings, sharedBuffers } from '../postgres/settings.js'
import { projectRoot } from '../project-root.js'
import { isOneShot, parseComposeFile, settingsNamedIn } from './compose-file.js'

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')
const compose = parseComposeFile(read('docker-compose.yml'))
const dockerfile = read('Dockerfile')
const services = Object.entries(compose.services)
const own = services.filter(([, { build }]) => build !== undefined)

test('all parts are there: Postgres, Apache Kafka, passwords, migrations, API, workers, the one for ballots of other systems, and the recount', () => {
  expect(Object.keys(compose.services).toSorted()).toEqual(['api', 'ingest', 'kafka', 'logins', 'migrate', 'postgres', 'recount', 'workers'])
  expect(compose.services['postgres']?.image).toMatch(/^postgres:18\./)
  expect(compose.services['kafka']?.image).toMatch(/^apache\/kafka:4\./)
})

test.each(services)('%s is watched by a health check, or does its work once and ends', (name, { healthcheck }) => {
  expect(healthcheck !== undefined || isOneShot(name, compose)).toBe(true)
})

test.each(services)('%s comes from an image of one certain version, or is built here', (_, { image, build }) => {
  expect(image).toMatch(build === undefined ? /:\d+\.\d+[\w.-]*$/ : /^livetally:local$/)
})

test('Kafka is of the version that npm start runs', () => {
  const version = /<kafka\.version>([^<]+)</.exec(read('local/kafka/pom.xml'))?.[1]
  expect(compose.services['kafka']?.image).toBe(`apache/kafka:${version}`)
})

test('Postgres keeps acknowledged votes, and is given room for a large election, as by npm start', () => {
  const settings = (compose.services['postgres']?.command ?? []).filter((word) => word.includes('=')).map((word) => word.split('='))
  expect(Object.fromEntries(settings)).toMatchObject({ ...durableSettings, ...logSettings, shared_buffers: sharedBuffers(Infinity) })
})

test('ballots, topics and the master key outlive their containers, in volumes that the file declares', () => {
  const stored = Object.fromEntries(services.map(([name, { volumes }]) => [name, volumes.map((volume) => volume.split(':')[0])]))
  const logins = ['owner-login', 'api-login', 'worker-login', 'ingest-login', 'auditor-login']
  expect(stored).toEqual({
    logins, postgres: ['postgres-data', 'owner-login'], kafka: ['kafka-data'], migrate: logins, api: ['home', 'api-login'], workers: ['worker-login'], ingest: ['home', 'ingest-login'], recount: ['home', 'auditor-login'],
  })
  expect(Object.keys(compose.volumes).toSorted()).toEqual([...new Set(Object.values(stored).flat())].toSorted())
  for (const role of ['api', 'ingest']) expect(compose.services[role]?.environment['LIVETALLY_HOME']).toBe(compose.services[role]?.volumes[0]?.split(':')[1])
})

test('no process but the migrations comes to Postgres as its owner, or holds a password of another: none is in the settings, and each sees the file of its own', () => {
  const logins = Object.fromEntries(services.flatMap(([name, { environment: { DATABASE_URL: url } }]) => url === undefined ? [] : [[name, [new URL(url).username, new URL(url).password]]]))
  expect(logins).toEqual({ migrate: ['livetally', ''], api: ['livetally_api', ''], workers: ['livetally_worker', ''], ingest: ['livetally_ingest', ''], recount: ['livetally_auditor', ''] })
  for (const [name, kind] of [['postgres', 'owner'], ['api', 'api'], ['workers', 'worker'], ['ingest', 'ingest'], ['recount', 'auditor']] as const) {
    const { volumes = [], environment = {} } = compose.services[name] ?? {}
    expect(volumes.filter((volume) => volume.includes('-login:')), name).toEqual([`${kind}-login:/login:ro`])
    expect(environment[name === 'postgres' ? 'POSTGRES_PASSWORD_FILE' : 'DATABASE_PASSWORD_FILE']).toBe('/login/password')
  }
  const folders = (compose.services['migrate']?.volumes ?? []).map((volume) => volume.split(':')[1] ?? '')
  for (const folder of ['/login', ...folders]) expect(dockerfile).toMatch(new RegExp(`mkdir -p .*${folder}\\b.*chown -R node:node`))
})

test('the roles start after the migrations have ended well, and these after the servers answer', () => {
  const servers = { postgres: { condition: 'service_healthy' }, kafka: { condition: 'service_healthy' } }
  expect(compose.services['postgres']?.depends_on).toEqual({ logins: { condition: 'service_completed_successfully' } })
  expect(compose.services['migrate']?.depends_on).toEqual(servers)
  for (const role of ['api', 'workers', 'ingest']) {
    expect(compose.services[role]?.depends_on).toEqual({ ...servers, migrate: { condition: 'service_completed_successfully' } })
  }
})

const readers: Record<string, string> = {
  api: 'api/src/environment.ts',
  workers: 'stream-workers/src/environment.ts',
  ingest: 'stream-workers/src/environment.ts',
  migrate: 'local/src/environment.ts',
  logins: 'local/src/environment.ts',
  recount: 'stream-workers/src/environment.ts',
}

test.each(own)('every setting given to %s is one that it reads', (name, { environment }) => {
  const known = settingsNamedIn(read(readers[name] ?? ''))
  expect(Object.keys(environment).filter((setting) => !known.has(setting))).toEqual([])
  if (!['logins', 'recount'].includes(name)) expect(Object.keys(environment)).toEqual(expect.arrayContaining(['DATABASE_URL', 'KAFKA_BROKERS']))
})

test.each(own)('%s runs a file that the image holds', (_, { command = [], entrypoint = [] }) => {
  const entry = [...entrypoint, ...command].find((word) => word.endsWith('.js')) ?? ''
  const [folder = ''] = entry.split('/')
  expect(entry).toMatch(/^[a-z-]+\/dist\/.+\.js$/)
  expect(dockerfile).toContain(`COPY --from=build /app/${folder}/dist ${folder}/dist`)
})

test('the image is built in stages from Node.js of one certain version, and runs as nobody special', () => {
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)
  expect(new Set(bases).size).toBe(1)
  expect(bases.length).toBeGreaterThan(1)
  expect(bases[0]).toMatch(/^node:20\.\d+\.\d+-/)
  expect(dockerfile).toMatch(/^USER node$/m)
})

test('every package of the project is known to the image, so that the lock file fits', () => {
  const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] }
  for (const folder of workspaces) expect(dockerfile).toContain(`COPY ${folder}/package.json ${folder}/`)
})

test('nothing of this machine gets into the image: packages, builds, data and history stay outside', () => {
  expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['.git', '.livetally', '**/node_modules', '**/dist']))
})
