import { expect, test } from 'vitest'
import { LocalFault } from '../fault.js'
import { explainPostgresLog } from './explain.js'

test.each([
  ['2026-11-03 20:01:00.000 UTC [12] FATAL:  could not write to file "pg_wal/xlogtemp.12": No space left on device', 'The disk is full: Postgres cannot write to /home/pg.'],
  ['x [1] LOG:  starting\nx [1] PANIC:  could not locate a valid checkpoint record at 0/1528', 'The Postgres data folder /home/pg is damaged (PANIC:  could not locate a valid checkpoint record at 0/1528): restore a backup, or begin anew with npm start -- --fresh.'],
  ['x [1] LOG:  could not bind IPv4 address "127.0.0.1": Address already in use\nx [1] FATAL:  could not create any TCP/IP sockets', 'The port of Postgres is taken by another program (FATAL:  could not create any TCP/IP sockets).'],
  ['initdb: error: could not access directory "/home/pg": Permission denied', 'Postgres may not use /home/pg: it belongs to another user (initdb: error: could not access directory "/home/pg": Permission denied).'],
  ['', 'Postgres did not start: it said nothing.'],
])('what Postgres says before it gives up becomes one sentence: %s', (log, sentence) => {
  const fault = explainPostgresLog(log, '/home/pg')
  expect(fault).toBeInstanceOf(LocalFault)
  expect(fault.message).toBe(sentence)
})
