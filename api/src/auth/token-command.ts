import { Command, InvalidArgumentError, Option } from 'commander'
import { text } from 'node:stream/consumers'
import { readTokenEnvironment } from '../environment.js'
import { durationOf, LONGEST_LIFETIME_S } from './lifetime.js'
import { openTokens, type OpenTokens } from './open-tokens.js'
import { makeTokenKey, sealTokenKey } from './token-key.js'
import { printKeys, printTokens } from './print-tokens.js'
import { revokeTokens } from './revocation.js'
import { DEFAULT_LIFETIME_S, STAFF_ROLES, type StaffRole } from './tokens.js'

const lifetime = (typed: string): number => {
  const seconds = durationOf(typed)
  if (seconds === undefined || seconds > LONGEST_LIFETIME_S) throw new InvalidArgumentError('Say for instance 12h or 30d; at most 1y.')
  return seconds
}

async function withTokens(work: (opened: OpenTokens) => Promise<string>): Promise<void> {
  await using opened = await openTokens(await readTokenEnvironment())
  process.stdout.write(`${await work(opened)}\n`)
}

const program = new Command('npm run token --')
  .description('Issues tokens for people and programs that look after elections, lists and revokes them, and changes the key that signs them.')
  .addHelpText('after', `
Example:
  npm run token -- --role MANAGER --subject "Ada, town hall" --expires 8h
  npm run token -- list
  npm run token -- revoke 0f6ab1de-6a3c-4d51-9c2e-0b8f3f1f2a11
  npm run token -- rotate --retire-after 12h

Exit codes: 0 done (of "issue": the token is on stdout), 1 nothing was done; the reason is on stderr.`)

program.command('issue', { isDefault: true }).description('issues a token and prints it; this is what is done without a command')
  .addOption(new Option('--role <role>', 'what the holder may do').choices(STAFF_ROLES).makeOptionMandatory())
  .option('--subject <name>', 'who the holder is; for INGEST the source whose ballot numbers count once')
  .option('--election <slug or id>', 'the only election that it is for')
  .option('--expires <duration>', 'how long it is valid, such as 12h or 30d, at most 1y', lifetime, DEFAULT_LIFETIME_S)
  .action(({ role, subject, election, expires }: { role: StaffRole, subject?: string, election?: string, expires: number }) => withTokens(async ({ tokens, electionOf }) => {
    const key = election === undefined ? undefined : await electionOf(election)
    if (election !== undefined && key === undefined) throw new Error(`There is no election "${election}": name it by its slug or its id, such as e7.`)
    return tokens.issue({ role, ...(subject === undefined ? {} : { subject }), ...(key === undefined ? {} : { election: key }), expiresInSeconds: expires })
  }))

program.command('list').description('shows the tokens that have not expired, by their ids, never themselves')
  .action(() => withTokens(async ({ store }) => printTokens(await store.tokens())))

program.command('revoke').description('makes tokens void everywhere within 10 seconds, connections that are open with them included')
  .argument('<ids...>', 'as "list" shows them; or - for the tokens themselves on stdin, a line each, which may be voters\' ones, too')
  .action((ids: string[]) => withTokens(async (opened) => revokeTokens(opened, ids.includes('-') ? (await text(process.stdin)).split(/\s+/) : ids)))

program.command('keys').description('shows the keys that sign and verify tokens, by their ids')
  .action(() => withTokens(async ({ store }) => printKeys(await store.keys(), await store.tokens())))

program.command('rotate').description('signs with a new key from now on; the one before verifies its tokens for some time more')
  .option('--retire-after <duration>', 'for how long, such as 12h', lifetime, DEFAULT_LIFETIME_S)
  .action(({ retireAfter }: { retireAfter: number }) => withTokens(async ({ store, masterKey }) => {
    const key = makeTokenKey()
    if (!await store.rotateKey({ id: key.id, sealed: sealTokenKey(masterKey, key) }, retireAfter)) throw new Error('There are 10 keys already. Retire one first: "npm run token -- keys" shows them.')
    return printKeys(await store.keys(), await store.tokens())
  }))

program.command('retire').description('makes all tokens of a key void, once another key signs')
  .argument('<key>', 'as "keys" shows it')
  .action((id: string) => withTokens(async ({ store }) => {
    switch (await store.retireKey(id)) {
      case 'SIGNS': throw new Error(`The key ${id} is the one that signs: run "npm run token -- rotate" first.`)
      case 'UNKNOWN': throw new Error(`There is no key ${id}. "npm run token -- keys" shows those there are.`)
      default: return `No token of the key ${id} is valid any more.`
    }
  }))

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
