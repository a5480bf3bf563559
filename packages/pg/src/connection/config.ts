import type Pg from 'pg'
import type { ConnectionOptions, Settings } from '../options.ts'

/** What `pg.Client` is given for a database. */
export const configOf = (connection: string | ConnectionOptions, settings: Settings): Pg.ClientConfig => {
  const { name, statementTimeoutMs, lockTimeoutMs } = settings
  return {
    application_name: name,
    // A peer that is gone without a word is noticed at last, also by a connection that only waits.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(typeof connection === 'string' ? { connectionString: connection } : given(connection)),
    ...(statementTimeoutMs > 0 ? { statement_timeout: statementTimeoutMs } : {}),
    ...(lockTimeoutMs > 0 ? { lock_timeout: lockTimeoutMs } : {}),
    ...(Object.keys(settings.settings).length > 0 ? { options: commandLine(settings.settings) } : {}),
  }
}

/** Settings as the protocol's start-up packet takes them: they come back after a `RESET`, and cost no round trip. */
const commandLine = (settings: Settings['settings']): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${escaped(valueOf(value))}`)
    .join(' ')

const valueOf = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)

const escaped = (value: string): string => value.replaceAll(/[\\\s]/g, String.raw`\$&`)

const given = (connection: ConnectionOptions): Pg.ClientConfig =>
  Object.fromEntries(Object.entries(connection).filter(([, value]) => value !== undefined))
