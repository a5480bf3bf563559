import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

interface Server {
  readonly address: { readonly host: string; readonly user: string; readonly database: string }
  leave(): Promise<void>
}

/**
 * A real PostgreSQL for the blocks that take one, in `DATABASE_URL`. What starts it is loaded by its path, as it is
 * nothing that a package publishes.
 *
 * @returns what leaves it
 */
export async function withPostgres(): Promise<() => Promise<void>> {
  const path = join(import.meta.dirname, '..', '..', 'packages', 'pg', 'src', 'fixtures', 'server.ts')
  const { sharedServer } = (await import(pathToFileURL(path).href)) as { readonly sharedServer: () => Promise<Server> }
  const { address, leave } = await sharedServer()
  const before = process.env['DATABASE_URL']
  process.env['DATABASE_URL'] = `postgresql://${address.user}@/${address.database}?host=${address.host}`
  return async () => {
    if (before === undefined) delete process.env['DATABASE_URL']
    else process.env['DATABASE_URL'] = before
    await leave()
  }
}
