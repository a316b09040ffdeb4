import { Command } from 'commander'
import { findDatabaseUrl } from '../environment.js'
import { printReport } from './print-report.js'
import { recount } from './recount.js'

const program = new Command('npm run recount --')
  .description('Counts an election again from its ledger alone and compares with the published results. Exits 1 on any difference.')
  .addHelpText('after', '\nExample:\n  npm run recount -- --election evergreen-demo\n\nExit codes: 0 ledger, tallies and results agree, 1 they do not, or it could not be counted.')
  .requiredOption('--election <slug>', 'the election to recount')
  .option('--json', 'print the report as JSON')

const { election: slug, json } = program.parse().opts<{ election: string, json?: boolean }>()

try {
  const showsProgress = process.stderr.isTTY
  const report = await recount(await findDatabaseUrl(), slug, (entries) => { if (showsProgress) process.stderr.write(`\r${entries.toLocaleString('en')} entries counted`) })
  if (showsProgress) process.stderr.write('\r\u001B[K')
  if (report === undefined) throw new Error(`There is no election "${slug}". The dashboard's first page lists those there are.`)
  console.log(json === true ? JSON.stringify(report, null, 2) : printReport(report))
  if (!report.agrees) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error && error.message !== '' ? error.message : 'Postgres cannot be reached. Check DATABASE_URL and that the server is running.')
  process.exitCode = 1
}
