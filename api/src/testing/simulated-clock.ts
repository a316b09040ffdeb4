/** The part of a Postgres pool that these helpers use. */
export interface Querying { query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }> }

/**
 * Gives the functions of a suite's database, which alone decide when a ballot was cast, a clock that a test sets. It stands
 * still until it is set again.
 */
export async function simulateClock(owner: Querying, start: number): Promise<{ set(at: number): Promise<void> }> {
  await owner.query('CREATE TABLE simulated_clock (now timestamptz NOT NULL)')
  await owner.query('INSERT INTO simulated_clock VALUES (to_timestamp($1::float8 / 1000))', [start])
  await owner.query(`DO $do$
    DECLARE f regprocedure;
    BEGIN
      FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND p.prosrc LIKE '%clock_timestamp()%' LOOP
        EXECUTE replace(pg_get_functiondef(f), 'clock_timestamp()', '(SELECT c.now FROM simulated_clock c)');
      END LOOP;
    END $do$`)
  return { async set(at) { await owner.query('UPDATE simulated_clock SET now = to_timestamp($1::float8 / 1000)', [at]) } }
}
