// Brings a clone to the point where its own code can run: packages installed, sources built. Shared by `npm start`
// and `npm test`. Plain JavaScript without dependencies.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const readJson = async (path) => JSON.parse(await readFile(join(root, path), 'utf8'))
const exists = (path) => stat(join(root, path)).then(() => true, () => false)

/** Exits 1 with one sentence if this Node.js is older than package.json asks for. */
export async function checkNode() {
  const { engines } = await readJson('package.json')
  const wanted = engines.node.replace('>=', '').split('.').map(Number)
  const have = process.versions.node.split('.').map(Number)
  const isOlder = have[0] < wanted[0] || (have[0] === wanted[0] && have[1] < (wanted[1] ?? 0))
  if (!isOlder) return
  console.error(`LiveTally needs Node.js ${wanted.join('.')} or newer, this is ${process.versions.node}.`)
  process.exit(1)
}

export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** While preparing, a signal ends the program that runs at the moment, with all its children, and then us by `exitCode`. `tell` hears of each step. */
export function begin(exitCode = 0, tell = console.log) {
  stopWithNpm()
  const state = { child: undefined, end: () => undefined, tell }
  const stop = (signal) => {
    if (state.child !== undefined) killGroup(state.child.pid, 'SIGTERM')
    tell(`Stopped by ${signal}.`)
    process.exit(exitCode)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  state.end = () => process.off('SIGINT', stop).off('SIGTERM', stop)
  return state
}

/** Between npm and us stands a shell that a signal to npm ends, without passing it on: its end is our signal, too. */
function stopWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return
  const shell = process.ppid
  const look = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(look)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  look.unref()
}

function killGroup(pid, signal) {
  try {
    process.kill(-pid, signal)
  } catch {
    // gone already
  }
}

/** A step that failed; what there is to say has been said. */
export class StepFailure extends Error {}

/** Runs a program quietly as one named step. What it printed is shown only if it fails, and then `StepFailure` is thrown. */
export async function step(preparation, name, [command, args]) {
  const since = performance.now()
  if (process.stderr.isTTY) process.stderr.write(`… ${name}\r`)
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  preparation.child = child
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const code = await new Promise((resolve) => {
    child.once('error', (error) => resolve((output += error.message, 1)))
    child.once('close', (status) => resolve(status ?? 1))
  })
  preparation.child = undefined
  if (code === 0) return preparation.tell(`✔ ${name} [${seconds(since)}]`)
  console.error(`✖ ${name} [${seconds(since)}]\n${explain(output)}`)
  throw new StepFailure(name)
}

function explain(output) {
  if (/ENOSPC|No space left/.test(output)) return 'The disk is full.'
  if (/EBADENGINE/.test(output)) return `A package refuses this Node.js (${process.versions.node}).\n${output}`
  return output.trim()
}

/** npm as it was called, or as the path finds it. */
export const npm = (...args) =>
  process.env.npm_execpath?.endsWith('.js') ? [process.execPath, [process.env.npm_execpath, ...args]] : ['npm', args]

/** Whether node_modules holds what package-lock.json names: by content, since git gives files any date. */
async function isInstalled() {
  try {
    const [wanted, have] = await Promise.all([readJson('package-lock.json'), readJson('node_modules/.package-lock.json')])
    return Object.entries(wanted.packages).every(([path, entry]) => {
      if (path === '' || entry.optional === true || entry.peer === true) return true
      const found = have.packages[path]
      return found !== undefined && found.version === entry.version && found.integrity === entry.integrity
    })
  } catch {
    return false
  }
}

export async function installIfNeeded(preparation) {
  if (await isInstalled()) return
  await step(preparation, 'Install packages (npm ci)', npm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'))
}

const skipped = new Set(['node_modules', 'dist', '.vite', 'coverage'])
const commonSources = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json', 'schema.graphql']

const isTest = (path) => path.endsWith('.test.ts')

async function* filesBelow(path) {
  const found = await stat(join(root, path)).catch(() => undefined)
  if (found === undefined) return
  if (!found.isDirectory()) return yield { path, line: `${path} ${found.size} ${found.mtimeMs}` }
  const names = (await readdir(join(root, path))).filter((name) => !skipped.has(name))
  for (const name of names.sort()) yield* filesBelow(join(path, name))
}

/** One hash over names, sizes and dates of everything that the build reads, and one over the tests, whose types it checks. */
async function sourcesStamp() {
  const { workspaces } = await readJson('package.json')
  const [sources, tests] = [createHash('sha256').update(process.versions.node), createHash('sha256')]
  for (const place of [...commonSources, ...workspaces]) {
    for await (const { path, line } of filesBelow(place)) (isTest(path) ? tests : sources).update(line)
  }
  return { sources: sources.digest('hex'), tests: tests.digest('hex') }
}

const stampFile = 'node_modules/.cache/livetally/build'
const products = ['local/dist/start/command.js', 'api/dist/index.js', 'stream-workers/dist/index.js', 'client/dist/index.html']

/** Builds what is missing or older than its sources. `withTests`: also if only a test has changed since, to check its types. */
export async function buildIfNeeded(preparation, { withTests = false } = {}) {
  const stamp = await sourcesStamp()
  const known = await readJson(stampFile).catch(() => ({}))
  const present = await Promise.all(products.map(exists))
  if (known.sources === stamp.sources && (!withTests || known.tests === stamp.tests) && present.every(Boolean)) return
  await step(preparation, 'Build (npm run build)', npm('run', 'build'))
  // The stamp from before the build: what was edited meanwhile is built the next time.
  await mkdir(dirname(join(root, stampFile)), { recursive: true })
  await writeFile(join(root, stampFile), JSON.stringify(stamp))
}

/** All that the code of a clone needs in order to run. Exits 1 where a step fails; what there is to say has been said. */
export async function prepareClone(exitCode, tell) {
  await checkNode()
  const preparation = begin(exitCode, tell)
  try {
    await installIfNeeded(preparation)
    await buildIfNeeded(preparation)
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error
    process.exit(1)
  }
  preparation.end()
}
