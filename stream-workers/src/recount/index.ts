import { findMasterKey } from '@livetally/core/voting'
import { Command, InvalidArgumentError } from 'commander'
import { findDatabaseUrl, findMasterKeySettings } from '../environment.js'
import { printReport } from './print-report.js'
import { recount, type AuditingKey } from './recount.js'

const AUDIT_KEY_BYTES = 32

const auditKeyOf = (text: string): Buffer => {
  const key = Buffer.from(text, 'base64')
  if (key.length !== AUDIT_KEY_BYTES) throw new InvalidArgumentError(`It has ${AUDIT_KEY_BYTES} bytes in base64; "npm run audit-key" prints it.`)
  return key
}
const countOf = (text: string): number => {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('Say a number of ballots.')
  return Number(text)
}

const program = new Command('npm run recount --')
  .description('Counts an election again from its ledger alone and compares with every published result. Exits 1 on any difference.')
  .addHelpText('after', `
Example:
  npm run recount -- --election evergreen-demo

Ballots are verified with the installation's master key (LIVETALLY_HOME or LIVETALLY_MASTER_KEY), or with the election's audit
key alone. Without either everything else is checked, and the report says what was left out.

Exit codes: 0 all that was checked agrees, 1 it does not, or it could not be counted.`)
  .requiredOption('--election <slug>', 'the election to recount')
  .option('--audit-key <base64>', 'the key that "npm run audit-key" prints, for those who do not hold the master key', auditKeyOf)
  .option('--source-ballots <number>', 'so many ballots were handed in under numbers of their sources, beside the roll', countOf)
  .option('--json', 'print the report as JSON')

const { election: slug, json, auditKey, sourceBallots } = program.parse().opts<{ election: string, json?: boolean, auditKey?: Buffer, sourceBallots?: number }>()

try {
  const showsProgress = process.stderr.isTTY
  const report = await recount(await findDatabaseUrl('auditor'), slug, {
    key: auditKey === undefined ? await masterKey() : { auditKey },
    sourceBallots,
    onProgress: (entries) => { if (showsProgress) process.stderr.write(`\r${entries.toLocaleString('en')} entries counted`) },
  })
  if (showsProgress) process.stderr.write('\r\u001B[K')
  if (report === undefined) throw new Error(`There is no election "${slug}". The dashboard's first page lists those there are.`)
  console.log(json === true ? JSON.stringify(report, null, 2) : printReport(report))
  if (!report.agrees) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error && error.message !== '' ? error.message : 'Postgres cannot be reached. Check DATABASE_URL and that the server is running.')
  process.exitCode = 1
}

async function masterKey(): Promise<AuditingKey | undefined> {
  const found = await findMasterKey(findMasterKeySettings())
  return found && { masterKey: found }
}
