/**
 * Settings of the embedded Postgres. Modest in memory; everything that keeps an acknowledged vote on disk
 * is spelled out, since LiveTally's first promise rests on it.
 */
export function postgresSettings(port: number): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    max_connections: '100',
    shared_buffers: '64MB',
    huge_pages: 'off',
    work_mem: '4MB',
    maintenance_work_mem: '64MB',
    max_wal_size: '512MB',
    min_wal_size: '80MB',
    checkpoint_timeout: '10min',
    checkpoint_completion_target: '0.9',
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
