import 'reflect-metadata'
import type pg from 'pg'
import { DataSource } from 'typeorm'
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js'
import { ENTITIES } from './entities/index.js'

/** TypeORM with all entities, on two connections of its own. `guard` sees the pool that they are taken from. */
export async function openOrm({ databaseUrl, applicationName, sessionOptions, guard }: {
  databaseUrl: string, applicationName: string, sessionOptions: string, guard: (pool: pg.Pool) => void
}): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    applicationName,
    entities: ENTITIES,
    poolSize: 2,
    extra: { options: sessionOptions, connectionTimeoutMillis: 5_000 },
    poolErrorHandler: () => undefined,
  })
  await dataSource.initialize()
  if (dataSource.driver instanceof PostgresDriver) guard(dataSource.driver.master)
  return dataSource
}
