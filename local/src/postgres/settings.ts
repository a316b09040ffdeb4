import { totalmem } from 'node:os'

/** Everything that keeps an acknowledged vote on disk is spelled out, since LiveTally's first promise rests on it. */
export const durableSettings = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' } as const

/**
 * How much log lies between checkpoints. A participation's key and a ballot's tracker are random, so that after a checkpoint
 * every page of their indexes is logged whole when it is next written: rare checkpoints cost less. But a Postgres that was
 * killed reads its log from the last one: a minute's worth, and never more than this. Takes 1 GB of disk.
 */
export const logSettings = { max_wal_size: '1GB', checkpoint_timeout: '1min', checkpoint_completion_target: '0.9' } as const

const MIB = 1_048_576
const [LEAST_BUFFERS, MOST_BUFFERS] = [64, 512]

/**
 * An eighth of the memory that this process may use, at least 64 and at most 512 MB: the two random indexes of 4 M ballots fit
 * into the latter. Taken page by page, as they are read.
 */
export function sharedBuffers(memoryBytes: number): `${number}MB` {
  return `${Math.min(MOST_BUFFERS, Math.max(LEAST_BUFFERS, Math.floor(memoryBytes / 8 / MIB)))}MB`
}

/** Of the machine, or of the container that this runs in. */
function usableMemory(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/** Settings of the embedded Postgres. */
export function postgresSettings(port: number): Record<string, string> {
  return {
    ...durableSettings,
    ...logSettings,
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: sharedBuffers(usableMemory()),
    huge_pages: 'off',
    work_mem: '4MB',
    maintenance_work_mem: '64MB',
    min_wal_size: '80MB',
    wal_buffers: '4MB',
    max_parallel_workers_per_gather: '0',
    max_worker_processes: '4',
    io_method: 'sync',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    log_line_prefix: '%m [%p] %u@%d ',
    log_checkpoints: 'off',
    autovacuum_naptime: '20s',
  }
}

/** The settings as arguments of `postgres`: they win over anything in the data folder's own files. */
export function settingArguments(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
