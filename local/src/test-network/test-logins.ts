import { loginUrl, migrate, type DatabaseRole, type Passwords } from '@livetally/core/store'

/** Logins belong to the server, and suites share one: all know the same passwords. */
export const TEST_PASSWORDS: Passwords = { api: 'of-tests-as-the-api', worker: 'of-tests-as-a-worker', ingest: 'of-tests-as-ingest', auditor: 'of-tests-as-auditor' }

/** A database of tests as one of the logins sees it. */
export const testLoginUrl = (ownerUrl: string, role: DatabaseRole): string => loginUrl(ownerUrl, role, TEST_PASSWORDS[role])

/** Brings a database of tests up to date, with logins that tests know. */
export const migrateForTests = (ownerUrl: string): Promise<void> => migrate(ownerUrl, { passwords: TEST_PASSWORDS })
