import type Pg from 'pg'

/** The part of `pg` that this package uses. */
export type Driver = typeof Pg

/**
 * Loads `pg`, when the first connection is opened: whoever uses no PostgreSQL need not have it.
 *
 * @throws Error in one sentence when it is not installed
 */
export const driver = async (): Promise<Driver> => {
  try {
    return (await import('pg')).default
  } catch (cause) {
    throw new Error('PostgreSQL takes the package pg: npm install pg', { cause })
  }
}
