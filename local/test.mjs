// What `npm test` runs, on a fresh clone, too: install, build, check, then all tests. Plain JavaScript without
// dependencies. `npm test -- unit` runs one project, `npm test -- <any vitest arguments>` what they say.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { begin, buildIfNeeded, checkNode, installIfNeeded, npm, root, seconds, step, StepFailure } from './prepare.mjs'

const projects = ['unit', 'client', 'simulation', 'int', 'e2e']
const count = { passed: 0, failed: 0 }
const preparation = begin(130)

/** A failed check is reported and counted; what comes after it is still worth knowing. */
async function check(work) {
  try {
    await work()
    return true
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error
    count.failed += 1
    return false
  }
}

const generatedName = /^(schema\.graphql|graphql-env\.d\.ts|asyncapi\.(json|ya?ml)|election-definition\.md|.*\.generated\.ts)$/

/** Every generated file by its path, with its text. */
async function generatedFiles(folder = '.') {
  const found = {}
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!['node_modules', 'dist', '.git', '.livetally'].includes(entry.name)) Object.assign(found, await generatedFiles(path))
    } else if (generatedName.test(entry.name)) found[path] = await readFile(join(root, path), 'utf8')
  }
  return found
}

async function checkDrift() {
  const before = await generatedFiles()
  await step(preparation, 'Generate schema and typed documents', npm('run', 'generate'))
  const after = await generatedFiles()
  const drifted = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => before[path] !== after[path])
  if (drifted.length === 0) return console.log('✔ Generated files are up to date')
  console.error(`✖ Generated files had drifted from their sources and were written anew: ${drifted.join(', ')}`)
  throw new StepFailure('drift')
}

/** One run of vitest, its output shown as it comes, its figures added to the count. */
async function runVitest(title, args) {
  const since = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'livetally-vitest-'))
  const report = join(folder, 'report.json')
  console.log(`\n▶ ${title}`)
  try {
    const child = spawn(process.execPath, [
      join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`,
    ], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true })
    preparation.child = child
    const code = await new Promise((resolve) => child.once('close', resolve))
    preparation.child = undefined
    const { numPassedTests = 0, numFailedTests = 0 } = JSON.parse(await readFile(report, 'utf8').catch(() => '{}'))
    count.passed += numPassedTests
    // A file that cannot even be loaded fails without a test of its own.
    count.failed += code === 0 ? numFailedTests : Math.max(1, numFailedTests)
    console.log(`${code === 0 ? '✔' : '✖'} ${title} [${seconds(since)}]`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function main(args) {
  await checkNode()
  const isBuilt = await check(async () => {
    await installIfNeeded(preparation)
    await buildIfNeeded(preparation, { withTests: true })
  })
  if (!isBuilt) return
  await check(() => step(preparation, 'Lint', npm('run', 'lint')))
  await check(() => step(preparation, 'Types of the client (vue-tsc)', npm('run', 'check', '-w', 'client')))
  await check(checkDrift)
  if (args.length > 0) return runVitest('Tests', args.flatMap((arg) => (projects.includes(arg) ? ['--project', arg] : [arg])))
  await runVitest('Unit tests, and those of the client', ['--project', 'unit', '--project', 'client'])
  await runVitest('Simulated faults', ['--project', 'simulation'])
  await runVitest('Integration and browser tests', ['--project', 'int', '--project', 'e2e'])
}

const since = performance.now()
await main(process.argv.slice(2))
preparation.end()
console.log(`\nTook ${seconds(since)}`)
console.log(`${count.passed} passed, ${count.failed} failed`)
process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1
