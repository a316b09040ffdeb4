/** Brings the schema up to date, forward only. Safe to run again, and from several processes at once. */
export async function migrate(databaseUrl: string): Promise<void> {
  // Loaded here: hardly a process that imports this module migrates.
  await import('reflect-metadata')
  const [{ DataSource }, { MIGRATIONS }] = await Promise.all([import('typeorm'), import('./migrations/index.js')])
  const dataSource = new DataSource({ type: 'postgres', url: databaseUrl, migrations: MIGRATIONS, migrationsTableName: 'migration', poolSize: 2 })
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
