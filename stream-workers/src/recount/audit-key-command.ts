import { electionKeys, findMasterKey } from '@livetally/core/voting'
import { Command } from 'commander'
import { findMasterKeySettings } from '../environment.js'

const command = new Command('npm run audit-key --')
  .description('Prints the audit key of an election: with it an auditor verifies every ballot of the ledger, and learns of no voter.')
  .addHelpText('after', `
Example:
  npm run audit-key -- --election evergreen-demo
  npm run recount -- --election evergreen-demo --audit-key <what it printed>

Needs the installation's master key (LIVETALLY_HOME or LIVETALLY_MASTER_KEY). Whoever has the audit key and may read published
digests can try ballots out: hand it to auditors alone.

Exit codes: 0 the key is on stdout, 1 there is none.`)
  .requiredOption('--election <slug>', 'the election, by the name in its address')
  .action(async ({ election }: { election: string }) => {
    const settings = findMasterKeySettings()
    const masterKey = await findMasterKey(settings)
    if (masterKey === undefined) throw new Error(`There is no master key in ${settings.home}. Set LIVETALLY_HOME to the folder of the installation, or LIVETALLY_MASTER_KEY.`)
    process.stdout.write(`${electionKeys(masterKey, election).auditKey.toString('base64')}\n`)
  })

try {
  await command.parseAsync()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
