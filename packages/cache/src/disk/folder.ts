import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { bootName } from './boot.ts'

/**
 * The files of one namespace in a folder: one for each time the machine was started and the format was changed, and the
 * next number where one had to be given up. No name is used twice, since SQLite goes by names when it removes what
 * belongs to a file.
 */
export class Folder {
  readonly #path: string
  readonly #namespace: string
  readonly #boot: string

  /** @throws what the file system throws */
  constructor(path: string, namespace: string) {
    this.#path = path
    this.#namespace = namespace
    mkdirSync(path, { recursive: true })
    this.#boot = bootName(this.#files().map(({ boot }) => boot))
  }

  pathOf(number: number): string {
    return join(this.#path, `${this.#namespace}.${format}.${this.#boot}.${number}.db`)
  }

  /** The highest number there is a file of; 0 when there is none. */
  get newest(): number {
    return Math.max(0, ...this.#files().map(({ boot, number }) => (boot === this.#boot ? number : 0)))
  }

  /** Removes files from before the machine was started, and those of lower numbers than `first`. */
  removeBefore(first: number): void {
    for (const { name, boot, number } of this.#files()) {
      if (boot === this.#boot && number >= first) continue
      for (const ending of ['', '-wal', '-shm']) remove(join(this.#path, `${name}${ending}`))
    }
  }

  #files(): ReadonlyArray<{ readonly name: string; readonly boot: string; readonly number: number }> {
    const start = `${this.#namespace}.${format}.`
    return readdirSync(this.#path).flatMap((name) => {
      const [, boot, number] = (name.startsWith(start) && ending.exec(name.slice(start.length))) || []
      return boot === undefined ? [] : [{ name, boot, number: Number(number) }]
    })
  }
}

/** What tells a file from one of the same name that came later; undefined when there is none. */
export const identityOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino

const remove = (path: string): void => {
  try {
    rmSync(path, { force: true })
  } catch {
    // Where open files cannot be removed it goes when another process starts.
  }
}

/** How rows are written. Files of other formats are left to the versions that know them. */
const format = 'v1'

const ending = /^([a-z0-9]+)\.(\d+)\.db$/
