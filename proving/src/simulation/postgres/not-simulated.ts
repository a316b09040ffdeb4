/** Stands for a method that nothing in the simulation calls; whoever begins to, is told. */
export function notSimulated(method: string): () => Promise<never> {
  return async () => { throw new Error(`${method} is not simulated: add it to proving/src/simulation/postgres.`) }
}
