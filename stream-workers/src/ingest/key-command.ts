import { Command } from 'commander'
import type { JWK } from 'jose'
import { readFile, writeFile } from 'node:fs/promises'
import { findIngestKeysFile } from '../environment.js'
import { makeSourceKey, registerSourceKey } from './key-file.js'
import { ingestKeysFile } from './open-ingest.js'

const command = new Command('npm run ingest-key --')
  .description('Lets another system hand ballots in over Kafka: registers its public key, or makes it a pair of keys.')
  .addHelpText('after', '\nExample:\n  npm run ingest-key -- --id north-county/2031 --out north-county.private.jwk\n  npm run ingest-key -- --public their-public.jwk\n\nExit codes: 0 the key is registered, 1 it is not; the reason is on stderr.')
  .option('--id <id>', 'id of a new key: <source> or <source>/<anything>; the source is whose ballot numbers count once')
  .option('--public <file>', 'register this public JSON Web Key, which its owner has made')
  .option('--out <file>', 'where the private part of a new key goes, readable by you alone', 'private.jwk')
  .action(async ({ id, public: publicFile, out }: { id?: string, public?: string, out: string }) => {
    const file = ingestKeysFile(findIngestKeysFile())
    if ((id === undefined) === (publicFile === undefined)) throw new Error('Say either --id, to make a new key, or --public, to register one that there is.')
    if (publicFile !== undefined) {
      const { source } = await registerSourceKey(file, JSON.parse(await readFile(publicFile, 'utf8')) as JWK)
      return console.log(`"${source}" may hand ballots in: its key was added to ${file}.`)
    }
    const { publicKey, privateKey } = await makeSourceKey(id ?? '')
    // Written first, and never over another: a registered key whose private part is nowhere helps nobody.
    await writeFile(out, `${JSON.stringify(privateKey, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    const { source } = await registerSourceKey(file, publicKey)
    console.log(`"${source}" may hand ballots in: its public key was added to ${file}, the private one is in ${out}.`)
  })

try {
  await command.parseAsync()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
