import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { inheritedEnvironment } from '../environment.js'
import { projectRoot } from '../project-root.js'

const run = promisify(execFile)
const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8')

/** What people run; the others build, test or check. */
const commands = Object.entries(scripts).flatMap(([name, script]) => {
  const [, file] = /^node local\/run\.mjs (\S+\.js)$/.exec(script) ?? []
  return file === undefined ? [] : [{ name, file }]
})

test.each(commands)('npm run $name -- --help says how it is used, gives an example, and what its exit code means', async ({ name, file }) => {
  const { stdout } = await run(process.execPath, [join(projectRoot, file), '--help'], { env: inheritedEnvironment() })
  expect(stdout).toMatch(new RegExp(`^Usage: npm run ${name}( -- | )`))
  expect(stdout).toMatch(/\n\nOptions:\n/)
  expect(stdout).toMatch(new RegExp(`\n\nExample:\n.*npm run ${name}`))
  expect(stdout).toMatch(/\nExit codes: 0 .+, 1 .+\.\n$/)
  expect(readme, 'and the README names it').toContain(`npm run ${name}`)
})

test.each(commands.filter(({ name }) => ['api', 'workers', 'simulate', 'quarantine'].includes(name)))('npm run $name refuses an option that it does not know, with exit code 1', async ({ file }) => {
  await expect(run(process.execPath, [join(projectRoot, file), '--no-such-option'], { env: inheritedEnvironment() })).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('unknown option \'--no-such-option\'') as unknown })
})
