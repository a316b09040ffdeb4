import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inheritedEnvironment } from '../environment.js'
import { projectRoot } from '../project-root.js'

const run = promisify(execFile)
let clone: string

/** A clone whose `npm` installs and builds by writing what is looked for; `fails` names the step that cannot be done. */
async function makeNpm(fails?: 'ci' | 'run'): Promise<void> {
  const npm = join(clone, 'bin', 'npm')
  await mkdir(join(clone, 'bin'))
  await writeFile(npm, `#!/bin/sh
if [ "$1" = "${fails ?? 'never'}" ]; then echo 'no such host'; exit 1; fi
mkdir -p ${clone}/node_modules ${clone}/tool/dist
echo 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 3' > ${clone}/tool/dist/index.js
`)
  await chmod(npm, 0o755)
}

const runCommand = () => {
  const { npm_execpath: _, ...environment } = inheritedEnvironment()
  return run(process.execPath, [join(clone, 'local/run.mjs'), 'tool/dist/index.js', '--colour', 'red'], { env: { ...environment, PATH: `${join(clone, 'bin')}:${process.env['PATH'] ?? ''}` } })
}

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'livetally-clone-'))
  for (const file of ['local/run.mjs', 'local/prepare.mjs']) await cp(join(projectRoot, file), join(clone, file))
  await writeFile(join(clone, 'package.json'), JSON.stringify({ type: 'module', engines: { node: '>=20.19' }, workspaces: ['tool'] }))
})
afterEach(() => rm(clone, { recursive: true, force: true }))

test('a command of a fresh clone installs and builds first, says so on stderr, and is then run with its arguments', async () => {
  await makeNpm()
  await expect(runCommand()).rejects.toMatchObject({ code: 3, stdout: '["--colour","red"]\n', stderr: expect.stringMatching(/✔ Install packages[^]*✔ Build/) as unknown })
})

test('what is built is run as it is', async () => {
  await makeNpm()
  await runCommand().catch(() => undefined)
  await expect(runCommand()).rejects.toMatchObject({ code: 3, stdout: '["--colour","red"]\n', stderr: '' })
})

test.each([['ci', 'Install packages'], ['run', 'Build']] as const)('a clone in which "npm %s" fails is told what failed, with exit code 1', async (step, name) => {
  await makeNpm(step)
  await expect(runCommand()).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(new RegExp(`✖ ${name}[^]*no such host`)) as unknown })
})
