import 'reflect-metadata'
import { Command, Option } from 'commander'
import { positive, upTo } from '../arguments.js'
import { ATTACKS } from './attacks/index.js'
import { printReport } from './print-report.js'
import { runSoak } from './soak.js'

const MOST_ADDRESSES = 50

const { minutes, rate, viewers, addresses, only } = new Command('npm run soak --')
  .description('Attacks a running system of its own in every way that an anonymous stranger has, all at once and from one address, while people vote and watch from others, and tells what those felt of it.')
  .addHelpText('after', '\nExample:\n  npm run soak -- --minutes 10\n\nExit codes: 0 nobody felt it, 1 somebody did, or it could not be run.')
  .option('--minutes <n>', 'for how long', positive, 1)
  .option('--rate <n>', 'votes a second', positive, 200)
  .option('--viewers <n>', 'who watch', positive, 50)
  .option('--addresses <n>', 'how many the attackers have; those who work beside each other take them by turns', upTo(MOST_ADDRESSES), 1)
  .addOption(new Option('--only <attack...>', 'these attacks alone').choices(Object.keys(ATTACKS)))
  .parse()
  .opts<{ minutes: number, rate: number, viewers: number, addresses: number, only?: string[] }>()

const report = await runSoak({ seconds: Math.ceil(minutes * 60), rate, viewers: Math.ceil(viewers), addresses, only, tell: (line) => console.error(`· ${line}`) })
console.log(printReport(report))
process.exitCode = report.isSound ? 0 : 1
