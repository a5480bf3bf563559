import type * as Undici from 'undici'

/** The part of `undici` that this package uses. */
export type Driver = Pick<typeof Undici, 'Agent' | 'buildConnector'>

/**
 * Loads `undici`, when a pool is opened: whoever uses no HTTP pool need not have it.
 *
 * @throws Error in one sentence when it is not installed
 */
export const driver = async (): Promise<Driver> => {
  try {
    return await import('undici')
  } catch (cause) {
    throw new Error('An HTTP pool takes the package undici: npm install undici (7 on Node 20)', { cause })
  }
}
