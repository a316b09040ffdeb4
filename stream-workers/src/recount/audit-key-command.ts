import { openDatabase } from '@livetally/core/store'
import { findMasterKey } from '@livetally/core/voting'
import { Command } from 'commander'
import { findDatabaseUrl, findMasterKeySettings } from '../environment.js'
import { auditKeyFor } from './auditing-key.js'

const command = new Command('npm run audit-key --')
  .description('Prints the audit key of an election: with it an auditor verifies every ballot of the ledger, and learns of no voter.')
  .addHelpText('after', `
Example:
  npm run audit-key -- --election evergreen-demo
  npm run recount -- --election evergreen-demo --audit-key <what it printed>

Needs the installation's master key (LIVETALLY_HOME or LIVETALLY_MASTER_KEY) and its database (that of the running system, or
DATABASE_URL), which says whether the election was made with that key. Whoever has the audit key and may read published
digests can try ballots out: hand it to auditors alone.

Exit codes: 0 the key is on stdout, 1 there is none.`)
  .requiredOption('--election <slug>', 'the election, by the name in its address')
  .action(async ({ election }: { election: string }) => {
    const settings = findMasterKeySettings()
    const masterKey = await findMasterKey(settings)
    if (masterKey === undefined) throw new Error(`There is no master key in ${settings.home}. Set LIVETALLY_HOME to the folder of the installation, or LIVETALLY_MASTER_KEY.`)
    const keyFingerprint = await readKeyFingerprint(await findDatabaseUrl('auditor'), election)
    if (keyFingerprint === undefined) throw new Error(`There is no election "${election}". The dashboard's first page lists those there are.`)
    const found = auditKeyFor({ keyFingerprint }, election, { masterKey })
    if (found.kind !== 'KEY') throw new Error(`The master key here is not the one that "${election}" was made with, so no audit key of it can be made. Set LIVETALLY_HOME to the folder of its installation, or LIVETALLY_MASTER_KEY.`)
    process.stdout.write(`${found.auditKey.toString('base64')}\n`)
  })

try {
  await command.parseAsync()
} catch (error) {
  process.stderr.write(`${error instanceof Error && error.message !== '' ? error.message : 'Postgres cannot be reached. Check DATABASE_URL and that the server is running.'}\n`)
  process.exitCode = 1
}

/** Undefined if there is no such election. */
async function readKeyFingerprint(databaseUrl: string, slug: string): Promise<string | undefined> {
  await using database = await openDatabase({ databaseUrl, role: 'auditor', applicationName: 'livetally-audit-key', maxConnections: 1 })
  const { rows } = await database.pool.query<{ fingerprint: string }>(`SELECT encode(key_fingerprint, 'hex') AS fingerprint FROM election WHERE slug = $1`, [slug])
  return rows[0]?.fingerprint
}
