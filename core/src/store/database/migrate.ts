/** Brings the schema up to date, forward only; up to one migration, where that is named. Safe to run again, and from several processes at once. */
export async function migrate(databaseUrl: string, upTo?: string): Promise<void> {
  // Loaded here: hardly a process that imports this module migrates.
  await import('reflect-metadata')
  const [{ DataSource }, { MIGRATIONS }] = await Promise.all([import('typeorm'), import('./migrations/index.js')])
  const dataSource = new DataSource({ type: 'postgres', url: databaseUrl, migrations: MIGRATIONS.slice(0, upTo === undefined ? undefined : MIGRATIONS.findIndex(({ name }) => name === upTo) + 1), migrationsTableName: 'migration', poolSize: 2 })
  await dataSource.initialize()
  const runner = dataSource.createQueryRunner()
  try {
    await runner.query('SELECT pg_advisory_lock(7041776)')
    await dataSource.runMigrations({ transaction: 'each' })
  } finally {
    await runner.query('SELECT pg_advisory_unlock(7041776)').catch(() => undefined)
    await runner.release()
    await dataSource.destroy()
  }
}
